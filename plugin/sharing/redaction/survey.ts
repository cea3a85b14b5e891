/** A look at the clip before anything is made of it: what moves, and where heads are. */
import type { Box } from '../../../protocol/detection.ts';
import type { HeadFinder, RedactionPlan, Stretch } from './contract.ts';
import { decodePictures } from './decode.ts';
import { HEAD_HELD_MS, headPlaces } from './head-places.ts';
import { type CellMeans, cellMeans, MOVING_HELD_MS, movingPlaces } from './moving-places.ts';
import type { FfmpegDeps } from './run-ffmpeg.ts';
import { LOOKS_A_SECOND, type Seen, seenOf } from './seen.ts';

/** What lies so long before and after the cut tells what the background is, … */
const BACKGROUND_MS = 30_000;
/** … and whose head is about to be seen. */
const HEADS_MS = HEAD_HELD_MS + 3 * (1000 / LOOKS_A_SECOND);
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
  const around = plan.moving ? BACKGROUND_MS : HEADS_MS;
  const from = Math.max(0, cut.from - around);
  const nearCut = (index: number) => {
    const ms = from + (1000 * index) / LOOKS_A_SECOND;
    return ms >= cut.from - HEADS_MS && ms <= cut.to + HEADS_MS;
  };
  const means: CellMeans[] = [];
  const heads: Box[][] = [];
  await decodePictures(
    {
      ...{ path, signal, cut: { from, to: cut.to + around } },
      ...{ rate: `${LOOKS_A_SECOND}/1`, longest: LONGEST_SIDE },
      async onPicture(picture, index) {
        order.onPicture();
        if (plan.moving) means.push(cellMeans(picture));
        if (!plan.heads) return;
        const looks = index % HEADS_EVERY === 0 && nearCut(index) && headFinder;
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
