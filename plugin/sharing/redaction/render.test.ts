import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Box } from '../../../protocol/detection.ts';
import { CLIP, grayPictures, likenessOfPatch, makeClip } from '../../../test/support/redaction-clips.ts';
import { PATCH_SIDE, patchAt } from '../../../test/support/redaction-patch.ts';
import { type Ffmpeg, findFfmpeg } from '../../camera/ffmpeg.ts';
import { fileMedia } from '../../recordings/file-media.ts';
import { startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import type { HeadFinder } from './contract.ts';
import { makePlan, type RedactionChoice, type RedactionRules } from './make-plan.ts';
import { render } from './render.ts';

const never = new AbortController().signal;
let ffmpeg: Ffmpeg;
let folder: string;
let out: string;
let clip: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hidden-'));
  out = join(folder, 'out');
  ffmpeg = await findFfmpeg({ configured: 'ffmpeg' }, { startChild, clock: systemClock });
  clip = makeClip(folder, 'clip.mp4');
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOUSE = { zones: [], audioAllowed: true };

async function hide(
  choice: RedactionChoice,
  { rules, headFinder }: { rules?: Partial<RedactionRules>; headFinder?: HeadFinder } = {},
) {
  const source = await fileMedia(clip);
  if (!source) throw new Error('no clip');
  const plan = makePlan(choice, { recipient: 'community', ...HOUSE, ...rules });
  return render(plan, source, {
    ...{ ffmpeg, startChild, clock: systemClock, folder: out, signal: never, onProgress() {} },
    cut: { from: 0, to: 4000 },
    ...(headFinder && { headFinder }),
  });
}

/** How much of the patch is left at most, where it was, and beside that. */
function mostLeft(path: string, from = 0, to = CLIP.seconds): number {
  let most = 0;
  for (const [n, picture] of grayPictures(path).entries()) {
    const second = n / CLIP.fps;
    const place = patchAt(second);
    if (!place || second < from || second >= to) continue;
    for (let dy = -8; dy <= 8; dy += 2)
      for (let dx = -8; dx <= 8; dx += 2)
        most = Math.max(most, likenessOfPatch(picture, place.x + dx, place.y + dy));
  }
  return most;
}

test('6.4 test 1: nothing of the patch is left', async () => {
  expect(mostLeft(clip)).toBeGreaterThan(0.9);
  const file = await hide({});
  expect(mostLeft(file.path)).toBe(0);
  expect(readdirSync(out)).toHaveLength(1);
});
