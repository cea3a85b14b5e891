import { beforeAll, describe, expect, test } from 'vitest';
import {
  type MadeRecording,
  makeNumberedStream,
  makeRecording,
  memoryFile,
  memoryFootage,
  numberOf,
} from '../../../test/support/recorded-footage.ts';
import { decodeErrors, lumas, probe, type Stream } from '../../../test/support/recorded-media.ts';
import { chooseFootage } from './choose-footage.ts';
import { readFootageIndex } from './footage-index.ts';
import { rangeFile } from './range-file.ts';
import { planRange, positionOf } from './range-plan.ts';
import { readBytes } from './read-bytes.ts';

const AT = new Date(2026, 10, 22, 7, 23, 41).getTime();
const never = new AbortController().signal;
let stream: Stream;
let silent: Stream;
/** Seconds 0 to 4, a gap of a minute, and seconds 4 to 10. */
let both: MadeRecording[];

beforeAll(async () => {
  stream = await makeNumberedStream();
  silent = await makeNumberedStream({ audio: false, bFrames: 2 });
  both = [
    makeRecording(stream, { id: 'a', startedAt: AT, to: 4 }),
    makeRecording(stream, { id: 'b', startedAt: AT + 64_000, from: 4 }),
  ];
}, 60_000);

async function planned(made: MadeRecording[], from: number, to: number) {
  const footage = memoryFootage(made);
  const recordings = footage.recordings({ camera: 'cam-1', from, to });
  const chosen = chooseFootage(recordings, from, to);
  const plan = await planRange(chosen, { from, to }, (id) => footage.open(id), never);
  return { footage, plan, file: rangeFile(plan) };
}

const whole = (file: ReturnType<typeof rangeFile>) => readBytes({ id: 'range', file }, 0, file.bytes, never);

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

describe('the index of a recording', () => {
  test('is one small read', async () => {
    const { data } = makeRecording(stream, { id: 'a', startedAt: AT });
    let read = 0;
    const file = memoryFile(data, (bytes) => {
      read += bytes;
    });
    const index = await readFootageIndex({ id: 'a', file }, never);
    expect(read).toBeLessThanOrEqual(16 * 1024);
    expect(index.tracks.map(({ kind }) => kind)).toEqual(['video', 'audio']);
    expect(index.fragments.filter(({ keyframe }) => keyframe)).toHaveLength(10);
    const last = index.fragments.at(-1);
    expect(((last?.time ?? 0) + (last?.duration ?? 0)) / index.video.timescale).toBeCloseTo(10, 3);
  });

  test.each([
    ['with sound', () => stream],
    ['with pictures in another order', () => silent],
  ])('of a file that has none in its head is read from its fragments, %s', async (_name, of) => {
    const audio = of() === stream;
    const read = async (old: boolean) => {
      const { data } = makeRecording(of(), { id: 'a', startedAt: AT, audio, old });
      const { fragments, head } = await readFootageIndex({ id: 'a', file: memoryFile(data) }, never);
      const begin = fragments[0]?.offset ?? 0;
      return { head: head.length, list: fragments.map((each) => ({ ...each, offset: each.offset - begin })) };
    };
    const [scanned, listed] = [await read(true), await read(false)];
    expect(scanned.head).toBe(listed.head);
    expect(scanned.list.map(({ offset, bytes, keyframe }) => [offset, bytes, keyframe])).toEqual(
      listed.list.map(({ offset, bytes, keyframe }) => [offset, bytes, keyframe]),
    );
    const keyTimes = (list: typeof listed.list) =>
      list.filter(({ keyframe }) => keyframe).map(({ time }) => time);
    expect(keyTimes(scanned.list)).toEqual(keyTimes(listed.list));
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(5000)],
    ['text', Buffer.from('this is not a film'.repeat(400))],
  ])('of %s is a problem in words', async (_name, data) => {
    await expect(readFootageIndex({ id: 'a', file: memoryFile(data) }, never)).rejects.toMatchObject({
      problem: { code: 'recording-damaged' },
    });
  });
});

describe('a range', () => {
  test('goes on across a gap, picture by picture, with its sound', async () => {
    const { file } = await planned(both, AT + 2300, AT + 66_200);
    const data = await whole(file);
    expect(data.length).toBe(file.bytes);
    expect(await decodeErrors(data)).toBe('');
    // From the keyframe at 2 s to the end of the half second that holds 6.2 s.
    expect((await lumas(data)).map(numberOf)).toEqual(numbers(20, 65));
    const { packets, duration } = await probe(data);
    expect(duration).toBeCloseTo(4.5, 1);
    for (const kind of ['video', 'audio']) {
      const times = packets
        .filter(({ codec_type }) => codec_type === kind)
        .map((each) => Number(each.pts_time));
      const steps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
      expect(Math.min(...steps)).toBeGreaterThan(0);
      // A picture lasts 0.1 s, a piece of sound 0.064 s.
      expect(Math.max(...steps)).toBeLessThan(0.17);
    }
  });

  test('is the same from wherever it is read', async () => {
    const { file } = await planned(both, AT, AT + 70_000);
    const data = await whole(file);
    for (let step = 0; step < 60; step++) {
      const from = Math.floor((file.bytes * step) / 60);
      const to = Math.min(file.bytes, from + 1 + step * 97);
      const part = await readBytes({ id: 'range', file }, from, to, never);
      expect(part.equals(data.subarray(from, to))).toBe(true);
    }
  });

  test('can be wound through: each keyframe stands where its index says', async () => {
    const { file, plan } = await planned(both, AT, AT + 70_000);
    const data = await whole(file);
    const index = await readFootageIndex({ id: 'range', file: memoryFile(data) }, never);
    expect(index.fragments.length).toBe(plan.parts.reduce((sum, { fragments }) => sum + fragments.length, 0));
    for (const { offset } of index.fragments)
      expect(data.toString('latin1', offset + 4, offset + 8)).toBe('moof');
    expect(data.toString('latin1', data.length - 12, data.length - 8)).toBe('mfro');
  });

  test('reads no more than it needs', async () => {
    const { footage, file } = await planned(both, AT + 65_000, AT + 65_100);
    const before = footage.bytesRead;
    expect(before).toBeLessThan(40_000);
    await whole(file);
    const parts = file.bytes;
    expect(footage.bytesRead - before).toBeLessThan(parts + 10_000);
    const all = footage.bytesRead;
    await readBytes({ id: 'range', file }, 0, 100, never);
    expect(footage.bytesRead).toBe(all);
  });

  test('of pictures that are not decoded in the order of display', async () => {
    const made = [
      makeRecording(silent, { id: 'a', startedAt: AT, to: 5, audio: false }),
      makeRecording(silent, { id: 'b', startedAt: AT + 5000, from: 5, audio: false }),
    ];
    const { file, plan } = await planned(made, AT + 4000, AT + 5900);
    const data = await whole(file);
    expect((await lumas(data)).map(numberOf)).toEqual(numbers(40, 60));
    const first = Number((await probe(data)).packets[0]?.pts_time);
    expect(positionOf(plan, AT + 4000)).toBeCloseTo(first, 3);
    expect(positionOf(plan, AT + 5000)).toBeCloseTo(first + 1, 2);
  });

  test('knows where each moment is', async () => {
    const { plan } = await planned(both, AT + 2300, AT + 66_200);
    const zero = positionOf(plan, AT + 2000);
    expect(zero).toBeLessThan(0.1);
    expect(positionOf(plan, AT + 2300) - zero).toBeCloseTo(0.3, 3);
    // In the gap, and at its end.
    expect(positionOf(plan, AT + 30_000) - zero).toBeCloseTo(2, 1);
    expect(positionOf(plan, AT + 64_000) - zero).toBeCloseTo(2, 1);
    expect(positionOf(plan, AT + 999_000)).toBe(plan.duration);
  });

  test('of more fragments than an index can hold has an index all the same', async () => {
    const { plan } = await planned(both, AT, AT + 4000);
    const [part] = plan.parts;
    const fragments = Array.from({ length: 150_000 }, (_, n) => ({
      ...{ offset: 100 * n, bytes: 100, time: 10 * n, duration: 10, keyframe: n % 2 === 0 },
    }));
    const file = rangeFile({ ...plan, parts: [{ ...part, fragments }] });
    const head = await readBytes({ id: 'range', file }, 0, 600_000, never);
    const at = head.indexOf('sidx');
    expect(head.readUInt16BE(at + 34)).toBe(50_000);
    expect(head.readUInt32BE(at + 36)).toBe(300);
  });

  test('of two formats says when they change', async () => {
    const larger = await makeNumberedStream({ size: '96x64', seconds: 1 });
    const made = [...both, makeRecording(larger, { id: 'c', startedAt: AT + 80_000 })];
    await expect(planned(made, AT, AT + 81_000)).rejects.toMatchObject({
      problem: { code: 'picture-changed', what: expect.stringContaining('07:25:01') },
    });
    const mute = makeRecording(stream, { id: 'd', startedAt: AT + 90_000, audio: false });
    await expect(planned([...both, mute], AT, AT + 91_000)).rejects.toMatchObject({
      problem: { code: 'picture-changed' },
    });
  });

  test('of a recording that went away meanwhile', async () => {
    const footage = memoryFootage(both);
    const chosen = chooseFootage(footage.recordings({ camera: 'cam-1', from: AT, to: AT }), AT - 1, AT + 1);
    footage.made = [];
    await expect(
      planRange(chosen, { from: AT, to: AT }, (id) => footage.open(id), never),
    ).rejects.toMatchObject({ problem: { code: 'recording-gone' } });
  });

  test('ends early, without an error, when nobody wants it any more', async () => {
    const { file } = await planned(both, AT, AT + 70_000);
    const leaving = new AbortController();
    let bytes = 0;
    for await (const part of file.read(0, file.bytes, leaving.signal)) {
      bytes += part.length;
      leaving.abort();
    }
    expect(bytes).toBeLessThan(file.bytes);
  });
});
