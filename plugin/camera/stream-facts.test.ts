import { expect, it } from 'vitest';
import type { Fragment } from './contract.ts';
import { FactsMeter } from './stream-facts.ts';

/** 10 a second are 100 kbit/s. */
const data = Buffer.alloc(1250);
const tracks = [
  {
    id: 1,
    kind: 'video' as const,
    codec: 'h264',
    codecString: 'avc1',
    timescale: 90000,
    width: 640,
    height: 360,
  },
  {
    id: 2,
    kind: 'audio' as const,
    codec: 'aac',
    codecString: 'mp4a.40.2',
    timescale: 16000,
    sampleRate: 16000,
    channels: 1,
  },
];
const frame = (time: number, keyframe: boolean, track = 1): Fragment => ({
  ...{ type: 'fragment', generation: 1, seq: 0, at: 0, duration: 0.1, data },
  ...{ time, keyframe, track },
});

it('tells the format at once, rates and keyframe distance when they are sure, and changes only when notable', () => {
  const meter = new FactsMeter();
  expect(meter.push({ type: 'init', generation: 1, data, tracks })).toBe(true);
  expect(meter.facts).toEqual({
    video: { codec: 'h264', width: 640, height: 360 },
    audio: { codec: 'aac', sampleRate: 16000, channels: 1 },
  });
  const told: (number | undefined)[] = [];
  // The times jump once by 0.4 s, as after the first RTCP report.
  for (let i = 0; i < 200; i++) {
    const time = i * 0.1 + (i > 5 ? 0.4 : 0);
    if (meter.push(frame(time, i % 20 === 0))) told.push(meter.facts.video?.gopMs);
    meter.push(frame(time, false, 2));
  }
  expect(told).toEqual([2000]);
  expect(meter.facts.video).toMatchObject({ gopMs: 2000, fps: 10, kbps: 100 });
});
