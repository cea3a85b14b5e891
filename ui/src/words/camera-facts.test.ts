import { expect, it } from 'vitest';
import { cameraFacts } from './camera-facts.ts';

it('says what the stream is, and only what is known', () => {
  expect(cameraFacts({})).toBe('');
  expect(cameraFacts({ video: { codec: 'hevc', width: 2560, height: 1440 } })).toBe(
    'H.265, 2560 × 1440 · no sound',
  );
  expect(
    cameraFacts({
      video: { codec: 'h264', width: 1920, height: 1080, fps: 14.98, gopMs: 2000 },
      audio: { codec: 'aac', sampleRate: 44_100, channels: 1 },
    }),
  ).toBe('H.264, 1920 × 1080 · 15 pictures a second · keyframe every 2 s · sound AAC, 44.1 kHz');
});
