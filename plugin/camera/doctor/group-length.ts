/** Judges the distance of keyframes, on which live view, clips and HomeKit Secure Video depend. */
import type { Verdict } from '../../../protocol/api.ts';
import { FRAGMENT_MS } from '../homekit-limits.ts';
import type { CameraFacts } from './facts.ts';
import { unknown } from './verdict.ts';

/** A smart codec stretches groups while nothing moves. */
const UNSTEADY = 1.35;

export interface GroupLength {
  /** Usual distance in ms. */
  ms: number;
  /** True when this is only a lower bound: no second keyframe came while somebody looked. */
  atLeast: boolean;
  /** Whether groups of very different lengths were seen. */
  unsteady: boolean;
}

/** Undefined while nothing is known. */
export function groupLength({
  measured,
  video,
}: Pick<CameraFacts, 'measured' | 'video'>): GroupLength | undefined {
  const lengths = (measured?.groupsMs ?? []).filter((ms) => ms > 0).toSorted((a, b) => a - b);
  const middle = lengths[lengths.length >> 1];
  if (middle !== undefined) {
    const usual = withoutOddest(lengths, middle);
    const unsteady = (usual.at(-1) ?? middle) > (usual[0] ?? middle) * UNSTEADY;
    return { ms: middle, atLeast: false, unsteady };
  }
  if (video?.gopMs !== undefined) return { ms: video.gopMs, atLeast: false, unsteady: false };
  const open = measured?.sinceKeyframeMs ?? 0;
  return open > FRAGMENT_MS ? { ms: open, atLeast: true, unsteady: false } : undefined;
}

/** ffmpeg moves times once, when the camera's first RTCP report tells it how late it is: one odd group says nothing. */
function withoutOddest(sorted: readonly number[], middle: number): readonly number[] {
  if (sorted.length < 3) return sorted;
  const [first = middle, last = middle] = [sorted[0], sorted.at(-1)];
  return middle - first > last - middle ? sorted.slice(1) : sorted.slice(0, -1);
}

/** The verdict where {@link groupLength} knows nothing. */
export function unknownGroup(): Verdict {
  return unknown('gop', 'The distance of keyframes is not known yet; examine again in half a minute.');
}

/** `2 s`, `1.5 s`, `more than 10 s`. */
export function groupWords({ ms, atLeast }: GroupLength): string {
  return `${atLeast ? 'more than ' : ''}${secondsWords(ms)}`;
}

export function secondsWords(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
