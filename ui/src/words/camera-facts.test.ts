import { expect, it } from 'vitest';
import { cameraFacts } from './camera-facts.ts';

/** Lines may not break between a number and its unit. */
const plain = (camera: Parameters<typeof cameraFacts>[0]) => cameraFacts(camera).replaceAll('\u00a0', ' ');

it('says what the stream is, and only what is known', () => {
  expect(plain({})).toBe('');
  expect(plain({ video: { codec: 'hevc', width: 2560, height: 1440 } })).toBe(
    'H.265, 2560 × 1440 · no sound',
  );
  expect(
    plain({
      video: { codec: 'h264', width: 1920, height: 1080, fps: 14.98, gopMs: 2000 },
      audio: { codec: 'aac', sampleRate: 44_100, channels: 1 },
    }),
  ).toBe('H.264, 1920 × 1080 · 15 pictures a second · keyframe every 2 s · sound AAC, 44.1 kHz');
});
