import { describe, expect, it } from 'vitest';
import { GopCutter, type PlacedSample } from './gop-cutter.ts';

const TICKS = 1000;

/** A picture of 100 ms. */
function picture(time: number, compositionOffset = 0): PlacedSample {
  const dts = Math.round(time * TICKS);
  return { dts, time, duration: 100, size: 1, flags: 0, compositionOffset, data: Buffer.of(1) };
}

/** Groups of a second, up to a keyframe at this time. */
function feed(cutter: GopCutter, from: number, to: number, now = 0) {
  for (let tick = from * 10; tick <= to * 10; tick++)
    cutter.pushVideo([picture(tick / 10)], tick % 10 === 0, now);
}

const sound = (from: number, to: number) =>
  Array.from({ length: (to - from) * 10 + 1 }, (_, index) => picture(from + index / 10));

describe('groups of pictures', () => {
  it('are complete when the next one begins', () => {
    const cutter = new GopCutter({ audio: false });
    feed(cutter, 0, 2);
    const gops = cutter.take(0);
    expect(gops.map(({ time, duration, video }) => [time, duration, video.length])).toEqual([
      [0, 1, 10],
      [1, 1, 10],
    ]);
    expect(cutter.take(0)).toEqual([]);
  });

  it('begin with the first keyframe', () => {
    const cutter = new GopCutter({ audio: false });
    cutter.pushVideo([picture(0.5)], false, 0);
    feed(cutter, 1, 2);
    expect(cutter.take(0)).toMatchObject([{ time: 1, duration: 1 }]);
  });

  it('reach to one another, however uneven the times', () => {
    const cutter = new GopCutter({ audio: false });
    cutter.pushVideo([picture(0)], true, 0);
    cutter.pushVideo([picture(0.25)], false, 0);
    cutter.pushVideo([picture(1)], true, 0);
    expect(cutter.take(0)[0]?.video.map(({ duration }) => duration)).toEqual([250, 750]);
  });

  it('wait for their sound', () => {
    const cutter = new GopCutter({ audio: true });
    feed(cutter, 0, 1, 0);
    expect(cutter.take(0)).toEqual([]);
    cutter.pushAudio(sound(0, 0.5), 100);
    expect(cutter.take(100)).toEqual([]);
    cutter.pushAudio(sound(0.6, 1.2), 200);
    const [gop] = cutter.take(200);
    expect(gop?.audio.map(({ time }) => time)).toHaveLength(10);
    expect(gop?.audio.at(-1)?.time).toBeCloseTo(0.9);
  });

  it('wait no longer than a second while none comes, and then no more', () => {
    const cutter = new GopCutter({ audio: true });
    feed(cutter, 0, 1, 0);
    expect(cutter.take(900)).toEqual([]);
    expect(cutter.take(1000)).toEqual([]);
    expect(cutter.take(1900)).toMatchObject([{ time: 0, audio: [] }]);
    feed(cutter, 1.1, 2, 2000);
    expect(cutter.take(2000)).toMatchObject([{ time: 1, audio: [] }]);
  });

  it('do not wait for sound that is always late', () => {
    const cutter = new GopCutter({ audio: true });
    feed(cutter, 0, 1, 0);
    cutter.take(0);
    for (let now = 500; now < 3000; now += 500) cutter.pushAudio(sound(0, 0), now);
    expect(cutter.take(3000)).toHaveLength(1);
    feed(cutter, 1.1, 2, 3100);
    cutter.pushAudio(sound(0.1, 0.2), 3100);
    expect(cutter.take(3100)).toHaveLength(1);
  });

  it('give what has begun at the end, without the last picture, which may be cut off', () => {
    const cutter = new GopCutter({ audio: false });
    feed(cutter, 0, 1.4);
    const [whole, begun] = cutter.flush();
    expect(whole).toMatchObject({ time: 0, duration: 1 });
    expect(begun?.video.map(({ time }) => time)).toEqual([1, 1.1, 1.2, 1.3]);
    expect(begun?.duration).toBeCloseTo(0.4);
  });

  it('give no single picture at the end', () => {
    const cutter = new GopCutter({ audio: false });
    feed(cutter, 0, 1);
    expect(cutter.flush()).toMatchObject([{ time: 0, duration: 1 }]);
  });

  it('tell of B-frames', () => {
    const cutter = new GopCutter({ audio: false });
    cutter.pushVideo([picture(0, 100)], true, 0);
    cutter.pushVideo([picture(0.1, 300)], false, 0);
    expect(cutter.reordered).toBe(false);
    cutter.pushVideo([picture(0.2, 0)], false, 0);
    expect(cutter.reordered).toBe(true);
  });
});
