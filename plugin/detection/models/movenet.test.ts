import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainFrame } from '../../../test/support/plain-frame.ts';
import { findFfmpeg } from '../../camera/ffmpeg.ts';
import { SmallParser } from '../../camera/small-parser.ts';
import { startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import type { Detected, Detector } from '../contract.ts';
import { openMoveNet } from './movenet.ts';

/** Somebody stands at a table on its right side, ten seconds from the start. */
const CLIP = fileURLToPath(
  new URL('../../../../shared/data/clips/one-by-one-person-detection.mp4', import.meta.url),
);

let detector: Detector;
beforeAll(async () => {
  detector = await openMoveNet();
});
afterAll(() => detector[Symbol.asyncDispose]());

describe('MoveNet', () => {
  it('knows people alone', () => {
    expect(detector.name).toBe('MoveNet MultiPose');
    expect(detector.labels).toEqual(['person']);
  });

  it('sees nobody in a wall', async () => {
    const seen = await detector.detect(plainFrame({ width: 320, height: 180 }, 128));
    expect(seen.filter(({ score }) => score > 0.2)).toEqual([]);
  });

  it('keeps no memory of what it looked at', async () => {
    const frame = plainFrame({ width: 320, height: 180 }, 60);
    const before = memory();
    for (let look = 0; look < 3; look++) {
      await detector.detect(frame);
      await detector.detect(frame, { left: 0.1 * look, top: 0.2, right: 0.1 * look + 0.2, bottom: 0.9 });
    }
    expect(memory().numTensors).toBe(before.numTensors);
    expect(memory().numBytes).toBe(before.numBytes);
  });
});

describe.skipIf(!existsSync(CLIP))('a real picture', () => {
  it('shows somebody, with a box and a score and nothing more', async () => {
    const frame = await pictureAt(10);
    const [person, ...others] = await detector.detect(frame);
    expect(person?.score).toBeGreaterThan(0.35);
    expect(others.filter(({ score }) => score > 0.35)).toEqual([]);
    expect(Object.keys(person ?? {}).sort()).toEqual(['box', 'label', 'score']);
    expect(Object.keys(person?.box ?? {}).sort()).toEqual(['bottom', 'left', 'right', 'top']);
    const closer = await detector.detect(frame, around(person?.box));
    expect(centre(closer[0]?.box)).toBeCloseTo(centre(person?.box), 1);
    expect(closer[0]?.score).toBeGreaterThan(0.3);
  });
});

const centre = (box: Detected['box'] | undefined) => ((box?.left ?? 0) + (box?.right ?? 0)) / 2;

function around({ left, top, right, bottom }: Detected['box'] = { left: 0, top: 0, right: 0, bottom: 0 }) {
  const inside = (value: number) => Math.min(1, Math.max(0, value));
  return {
    left: inside(left - 0.1),
    top: inside(top - 0.1),
    right: inside(right + 0.1),
    bottom: inside(bottom + 0.1),
  };
}

async function pictureAt(second: number) {
  const { path } = await findFfmpeg({}, { startChild, clock: systemClock });
  const shape = ['-frames:v', '1', '-vf', 'scale=320:-2', '-pix_fmt', 'yuv420p', '-f', 'yuv4mpegpipe', '-'];
  const { stdout } = spawnSync(path, ['-v', 'error', '-ss', `${second}`, '-i', CLIP, ...shape]);
  const [picture] = new SmallParser().push(stdout);
  if (!picture) throw new Error(`${CLIP} gave no picture.`);
  return { ...picture, at: 0 };
}
