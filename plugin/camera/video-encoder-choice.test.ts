import { expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { SOFTWARE_ENCODER, type VideoEncoder } from './video-encoder.ts';
import { createEncoderChoice } from './video-encoder-choice.ts';

const HARDWARE: VideoEncoder = { name: 'h264_v4l2m2m', hardware: true };

function choiceOf(probed: VideoEncoder) {
  const clock = new ManualClock();
  const lines: string[] = [];
  return {
    clock,
    lines,
    choice: createEncoderChoice(probed, { clock, log: { warn: (line) => lines.push(line) } }),
  };
}

it('is the probed one until it fails, then software, and it says so once', () => {
  const { choice, lines, clock } = choiceOf(HARDWARE);
  expect(choice.current()).toBe(HARDWARE);
  expect(choice.failed(HARDWARE)).toBe(true);
  expect(choice.failed(HARDWARE)).toBe(true);
  expect(choice.current()).toBe(SOFTWARE_ENCODER);
  clock.advance(10 * 60_000);
  expect(choice.current()).toBe(HARDWARE);
  choice.failed(HARDWARE);
  expect(choice.current()).toBe(SOFTWARE_ENCODER);
  expect(lines).toEqual(['The video encoder h264_v4l2m2m failed; software encodes instead.']);
});

it('has nothing instead of software', () => {
  const { choice, lines } = choiceOf(SOFTWARE_ENCODER);
  expect(choice.failed(SOFTWARE_ENCODER)).toBe(false);
  expect(choice.current()).toBe(SOFTWARE_ENCODER);
  expect(lines).toEqual([]);
});

it('keeps hardware that was failing before when software fails', () => {
  const { choice } = choiceOf(HARDWARE);
  expect(choice.failed(SOFTWARE_ENCODER)).toBe(false);
  expect(choice.current()).toBe(HARDWARE);
});
