import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  makeNumberedStream,
  makeRecording,
  memoryFootage,
  numberOf,
} from '../../../test/support/recorded-footage.ts';
import { lumas, probe, type Stream } from '../../../test/support/recorded-media.ts';
import { type Ffmpeg, findFfmpeg } from '../../camera/ffmpeg.ts';
import { startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import type { FootageExports } from './contract.ts';
import { createExports } from './exports.ts';

const AT = new Date(2026, 10, 22, 7, 0).getTime();
const signal = new AbortController().signal;
let ffmpeg: Ffmpeg;
let stream: Stream;
let folder: string;
let exports: FootageExports;
let footage: ReturnType<typeof memoryFootage>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'still-'));
  ffmpeg = await findFfmpeg({ configured: 'ffmpeg' }, { startChild, clock: systemClock });
  stream = await makeNumberedStream({ bFrames: 2 });
  footage = memoryFootage([
    makeRecording(stream, { id: 'a', startedAt: AT, to: 4 }),
    makeRecording(stream, { id: 'b', startedAt: AT + 60_000, from: 4, kind: 'motion' }),
  ]);
  exports = make();
}, 60_000);
afterAll(async () => {
  await exports?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function make(program: () => Ffmpeg | undefined = () => ffmpeg): FootageExports {
  const log = { warn: () => {} };
  return createExports({
    footage,
    ffmpeg: program,
    folder: join(folder, 'exports'),
    startChild,
    clock: systemClock,
    log,
  });
}

async function numberAt(at: number): Promise<{ number: number | undefined; takenAt: number }> {
  const { jpeg, takenAt } = await exports.still({ camera: 'cam-1', at, signal });
  const path = join(folder, 'still.jpg');
  writeFileSync(path, jpeg);
  return { number: (await lumas(path)).map(numberOf)[0], takenAt };
}

test('the keyframe at or before the moment, with its time', async () => {
  expect(await numberAt(AT)).toEqual({ number: 0, takenAt: AT });
  expect(await numberAt(AT + 2900)).toEqual({ number: 20, takenAt: AT + 2000 });
  expect(await numberAt(AT + 61_000)).toEqual({ number: 50, takenAt: AT + 61_000 });
  // Where the clock of whoever asks is a little ahead, the last picture.
  expect(await numberAt(AT + 4500)).toEqual({ number: 30, takenAt: AT + 3000 });
});

test('little of the recording is read', async () => {
  const before = footage.bytesRead;
  await exports.still({ camera: 'cam-1', at: AT + 3500, signal });
  expect(footage.bytesRead - before).toBeLessThan(footage.made[0]?.data.length ?? 0);
});

test('no wider than asked for, and never larger than it is', async () => {
  const widthOf = async (width: number) => {
    const { jpeg } = await exports.still({ camera: 'cam-1', at: AT, width, signal });
    const path = join(folder, `${width}.jpg`);
    writeFileSync(path, jpeg);
    return (await probe(path)).streams[0]?.width;
  };
  expect([await widthOf(32), await widthOf(1000)]).toEqual([32, 64]);
});

test.each([
  ['before all recordings', -5000],
  ['between two', 30_000],
  ['after the last', 120_000],
])('%s there is none, and it is said why', async (_where, offset) => {
  await expect(exports.still({ camera: 'cam-1', at: AT + offset, signal })).rejects.toMatchObject({
    problem: { code: 'no-footage', what: expect.stringContaining('privacy') },
  });
});

test('more than a few at once are turned away; those that wait are answered', async () => {
  const asked = Array.from({ length: 6 }, () => exports.still({ camera: 'cam-1', at: AT, signal }));
  const ends = await Promise.allSettled(asked);
  expect(ends.map(({ status }) => status)).toEqual([...Array(4).fill('fulfilled'), 'rejected', 'rejected']);
  expect(ends[5]).toMatchObject({ reason: { problem: { code: 'too-many-stills' } } });
});

test('without ffmpeg, and for whoever has left, nothing is made', async () => {
  await using none = make(() => undefined);
  await expect(none.still({ camera: 'cam-1', at: AT, signal })).rejects.toMatchObject({
    problem: { code: 'export-no-ffmpeg' },
  });
  await expect(exports.still({ camera: 'cam-1', at: AT, signal: AbortSignal.abort() })).rejects.toThrow(
    'abort',
  );
});
