/** A look at the clip before anything is made of it: what moves, and where heads are. */
import type { Box } from '../../../protocol/detection.ts';
import type { HeadFinder, RedactionPlan, Stretch } from './contract.ts';
import { decodePictures } from './decode.ts';
import { HEAD_HELD_MS, headPlaces } from './head-places.ts';
import { type CellMeans, cellMeans, MOVING_HELD_MS, movingPlaces } from './moving-places.ts';
import type { FfmpegDeps } from './run-ffmpeg.ts';
import { LOOKS_A_SECOND, type Seen, seenOf } from './seen.ts';

/** What lies before and after the cut tells what the background is, and who is about to come. */
const AROUND_MS = 30_000;
const LONGEST_SIDE = 640;
/** The model looks at every other picture. */
const HEADS_EVERY = 2;

export interface SurveyOrder {
  path: string;
  cut: Stretch;
  plan: RedactionPlan;
  headFinder: HeadFinder | undefined;
  signal: AbortSignal;
  onPicture(): void;
}

/** Undefined where the plan asks for nothing of it. Rejects as `decodePictures` and the model do. */
export async function survey(order: SurveyOrder, deps: FfmpegDeps): Promise<Seen | undefined> {
  const { path, cut, plan, headFinder, signal } = order;
  if (!plan.moving && !plan.heads) return undefined;
  const from = Math.max(0, cut.from - AROUND_MS);
  const means: CellMeans[] = [];
  const heads: Box[][] = [];
  await decodePictures(
    {
      ...{ path, signal, cut: { from, to: cut.to + AROUND_MS } },
      ...{ rate: `${LOOKS_A_SECOND}/1`, longest: LONGEST_SIDE },
      async onPicture(picture, index) {
        order.onPicture();
        if (plan.moving) means.push(cellMeans(picture));
        if (!plan.heads) return;
        const looks = index % HEADS_EVERY === 0 && headFinder;
        heads.push(looks ? headPlaces(await looks.heads(picture)) : []);
        signal.throwIfAborted();
      },
    },
    deps,
  );
  return seenOf(from, [
    ...(plan.moving ? [{ looks: movingPlaces(means), holdMs: MOVING_HELD_MS }] : []),
    ...(plan.heads ? [{ looks: heads, holdMs: HEAD_HELD_MS }] : []),
  ]);
}
