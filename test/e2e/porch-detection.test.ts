/** The scripted porch is seen by detection as a real one would be: without a camera, as fast as it goes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HeardNews, replay } from '../../bench/detection/replay.ts';
import type { SmallFrame } from '../../plugin/camera/contract.ts';
import type { Detector, PackageNews } from '../../plugin/detection/contract.ts';
import { openMoveNet } from '../../plugin/detection/models/movenet.ts';
import { createSight } from '../../plugin/detection/sight.ts';
import { MAT_SPOT } from '../../simulator/scene/layout.ts';
import type { Light } from '../../simulator/scene/light.ts';
import { type PorchScript, playPorch } from '../support/played-porch.ts';

let detector: Detector;
beforeAll(async () => {
  detector = await openMoveNet();
});
afterAll(() => detector[Symbol.asyncDispose]());

async function seen(light: Light, play: (script: PorchScript) => void): Promise<HeardNews[]> {
  const sight = createSight({
    zones: { doorstep: [], motion: [], ignore: [] },
    ...{ people: true, packages: true, smallest: 0.1, shortestMs: 600 },
    leanings: { motion: 0, person: 0, package: 0 },
  });
  const pictures = inOrder(await playPorch(light, play));
  const heard: HeardNews[] = [];
  await replay(pictures, sight, detector, {
    ...{ lookMs: 150, realTime: false },
    onNews: (news) => void heard.push(news),
  });
  return heard;
}

async function* inOrder(frames: readonly SmallFrame[]): AsyncGenerator<SmallFrame> {
  yield* frames;
}

function packagesOf(heard: readonly HeardNews[]): PackageNews[] {
  return heard.flatMap(({ news }) => (news.type === 'package' ? [news] : []));
}

function visitsOf(heard: readonly HeardNews[]): number {
  return heard.filter(({ news }) => news.type === 'left').length;
}

describe.each(['day', 'infrared'] as const)('by %s', (light) => {
  it('a parcel is brought and taken: two visits, delivered and removed, where the mat is', async () => {
    const heard = await seen(light, (porch) => {
      porch.wait(4);
      porch.visit('deliver', 9);
      porch.visit('take', 10);
    });
    expect(visitsOf(heard)).toBe(2);
    const packages = packagesOf(heard);
    expect(packages.map(({ phase }) => phase)).toEqual(['delivered', 'removed']);
    for (const { box } of packages) {
      expect(box.left).toBeLessThan(MAT_SPOT.x / 1280);
      expect(box.right).toBeGreaterThan(MAT_SPOT.x / 1280);
      expect(box.bottom).toBeGreaterThan(0.8);
    }
  });
});

it('somebody who stands about is a visit and no package', async () => {
  const heard = await seen('day', (porch) => {
    porch.wait(4);
    porch.visit('stand', 10);
  });
  expect(visitsOf(heard)).toBe(1);
  expect(packagesOf(heard)).toEqual([]);
});

it('a parcel that lies there is told once, through night and day, headlights, a cat, an insect and rain', async () => {
  const heard = await seen('day', (porch) => {
    porch.wait(4);
    porch.visit('deliver', 9);
    for (const [change, seconds] of [
      [{ light: 'infrared' }, 12],
      [{ passing: 'headlights' }, 6],
      [{ passing: 'insect' }, 5],
      [{ light: 'day' }, 12],
      [{ passing: 'cat' }, 9],
      [{ raining: true }, 12],
    ] as const) {
      porch.change(change);
      porch.wait(seconds);
    }
  });
  expect(visitsOf(heard)).toBe(1);
  expect(packagesOf(heard).map(({ phase }) => phase)).toEqual(['delivered']);
});
