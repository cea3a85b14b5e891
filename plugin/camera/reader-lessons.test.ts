import { describe, expect, it } from 'vitest';
import { firstHabits, learn, type ReadingHabits } from './reader-lessons.ts';
import type { ReaderEnd } from './reader-problem.ts';

const exit = (...stderrTail: string[]): ReaderEnd => ({
  kind: 'exit',
  exit: { code: 1, signal: null, stderrTail },
});
const unseen = exit('[mp4 @ 0x1] [error] dimensions not set');
const times: ReaderEnd = { kind: 'times' };
const soundBroken: ReaderEnd = { kind: 'broken', why: 'a header without a readable track', sound: true };

describe('what a connection teaches', () => {
  it.each<
    [
      string,
      Partial<ReadingHabits>,
      ReaderEnd,
      { began?: boolean; timesLost?: number },
      Partial<ReadingHabits> | undefined,
    ]
  >([
    ['no sound', {}, exit("Stream map '0:a:0' matches no streams."), {}, { audio: 'none' }],
    [
      'sound that MP4 cannot hold',
      {},
      exit('[error] Could not find tag for codec pcm_mulaw'),
      {},
      { audio: 'aac' },
    ],
    ['sound that nobody knows', {}, soundBroken, {}, { audio: 'aac' }],
    ['sound that cannot even be converted', { audio: 'aac' }, soundBroken, {}, { audio: 'none' }],
    ['a camera that announces little', {}, unseen, {}, { patient: true }],
    ['nothing when patience did not help', { patient: true }, unseen, {}, undefined],
    ['nothing of a connection that ran', {}, unseen, { began: true }, undefined],
    ['nothing of one change of its clock', {}, times, { began: true, timesLost: 1 }, undefined],
    ['times that never make sense', {}, times, { began: true, timesLost: 3 }, { times: 'arrival' }],
    ['nothing more about times', { times: 'arrival' }, times, { began: true, timesLost: 4 }, undefined],
    ['nothing of a camera that is away', {}, exit('Connection refused'), {}, undefined],
    ['nothing of a stall', {}, { kind: 'stall', seconds: 6 }, {}, undefined],
  ])('%s', (_, habits, end, { began = false, timesLost = 0 }, lesson) => {
    const before = { ...firstHabits('copy'), ...habits };
    expect(learn(before, end, { began, timesLost })).toEqual(lesson && { ...before, ...lesson });
  });
});
