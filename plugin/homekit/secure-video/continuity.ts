/** Finds the places where the pictures of a camera do not go on from one another, and groups of them that no fragment can hold. */
import { GOP_TOLERANCE_MS } from '../../camera/homekit-limits.ts';

/** Pictures that are further apart are not one stretch, in seconds: what lay between was lost, or the camera's clock was set. */
const GAP = 1.5;

export type Break =
  | { what: 'gap' }
  /** `begin` is when the group began, in seconds of the camera's stream; it is at least `gopMs` long. */
  | { what: 'long-group'; begin: number; gopMs: number };

export class Continuity {
  readonly #fragmentMs: number;
  #last: number | undefined;
  #keyframe = 0;

  constructor(options: { fragmentMs: number }) {
    this.#fragmentMs = options.fragmentMs;
  }

  /** @param picture `time` is its decode time, in seconds of the camera's stream; the first is a keyframe */
  push({ time, keyframe }: { time: number; keyframe: boolean }): Break | undefined {
    const last = this.#last;
    const begin = last === undefined ? time : this.#keyframe;
    this.#last = time;
    if (keyframe) this.#keyframe = time;
    if (last !== undefined && (time <= last || time - last > GAP)) return { what: 'gap' };
    const gopMs = Math.round((time - begin) * 1000);
    return gopMs > this.#fragmentMs + GOP_TOLERANCE_MS ? { what: 'long-group', begin, gopMs } : undefined;
  }
}

/** A camera that is set to longer groups makes the next one soon, in seconds. */
const REPEATED_WITHIN = 60;

/**
 * Whether a group that no fragment can hold came of a moment's trouble, rather than of how the camera is set.
 *
 * @param known `gopMs` is the usual length as measured; `previous` is when the previous such group began
 */
export function isHiccup(
  { begin }: { begin: number },
  known: { gopMs: number | undefined; fragmentMs: number; previous: number | undefined },
): boolean {
  const { gopMs, fragmentMs, previous } = known;
  if (gopMs === undefined || gopMs > fragmentMs + GOP_TOLERANCE_MS) return false;
  // The same group is seen again when a watch begins in the past.
  return previous === undefined || previous === begin || Math.abs(begin - previous) > REPEATED_WITHIN;
}
