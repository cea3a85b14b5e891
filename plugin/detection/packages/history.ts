/** One picture is kept in so long, in ms, and for so long. */
const EVERY_MS = 380;
const KEPT_MS = 24_000;
/** A cell tells when it changed by more than this, in steps of luma, and shows what it was or is within this part of that. */
const LEAST_CHANGE = 12;
const LIKE = 0.4;
/** So many cells must tell. */
const LEAST_CELLS = 10;
/** Part of them that shows what a place is now, or what it was. */
const MOSTLY = 0.6;
const HALF = 0.5;
/** A place looks as it does now when the cells are off by no more than this, in steps of luma, beside one other light for all of them. */
const MOST_OFF = 3.5;

/** Exposure that swings makes no more of it, in steps of luma. */
const MOST_LIGHT = 30;

interface Kept {
  at: number;
  luma: Uint8Array;
}

/** Luma of all cells before and after a change, and how to look for it. */
export interface FirstSeen {
  before: Float32Array;
  after: Float32Array;
  /** Cells around the place that did not change, from which the light of each picture is taken; none where somebody may hide them. */
  around: readonly number[];
  latest: number;
  mostHidden: number;
}

/** The last pictures in cells: when a place began to look as it does now. Times are epoch ms. */
export class History {
  readonly #kept: Kept[] = [];

  push(luma: Float32Array, at: number): void {
    const newest = this.#kept.at(-1);
    if (newest && Math.abs(at - newest.at) < EVERY_MS) return;
    if (newest && at < newest.at) this.#kept.length = 0;
    const oldest = this.#kept[0];
    const reused = oldest && at - oldest.at > KEPT_MS ? this.#kept.shift()?.luma : undefined;
    const kept = reused ?? new Uint8Array(luma.length);
    kept.set(luma);
    this.#kept.push({ at, luma: kept });
  }

  /** Since when these cells have looked as they do in `now`, in whatever light. */
  stillSince(cells: readonly number[], now: Float32Array, at: number): number {
    let since = at;
    for (let i = this.#kept.length - 1; i >= 0; i--) {
      const kept = this.#kept[i] as Kept;
      if (offBy(cells, kept.luma, now) > MOST_OFF) break;
      since = kept.at;
    }
    return since;
  }

  /**
   * When it was first seen what these cells show `after`, not later than `latest`: pictures in which a hand or somebody hides them for
   * no longer than `mostHidden` ms are passed over, those that show `before` end the search.
   */
  firstSeen(cells: readonly number[], { before, after, around, latest, mostHidden }: FirstSeen): number {
    const telling = cells.filter(
      (cell) => Math.abs((after[cell] as number) - (before[cell] as number)) > LEAST_CHANGE,
    );
    let first = latest;
    if (telling.length < LEAST_CELLS) return first;
    for (let i = this.#kept.length - 1; i >= 0; i--) {
      const { at, luma } = this.#kept[i] as Kept;
      if (at > latest) continue;
      if (first - at > mostHidden) break;
      let asAfter = 0;
      let asBefore = 0;
      const light = lightSince(around, luma, after);
      for (const cell of telling) {
        const value = (luma[cell] as number) + light;
        const was = before[cell] as number;
        const is = after[cell] as number;
        const near = LIKE * Math.abs(is - was);
        if (Math.abs(value - is) < near) asAfter++;
        else if (Math.abs(value - was) < near) asBefore++;
      }
      if (asAfter > MOSTLY * telling.length) first = at;
      else if (asBefore > HALF * telling.length) break;
    }
    return first;
  }
}

/** By how many steps it has become brighter since then, by the median: a hand may be before some of it. */
function lightSince(around: readonly number[], then: Uint8Array, now: Float32Array): number {
  if (around.length < LEAST_CELLS) return 0;
  const steps = Float32Array.from(around, (cell) => (now[cell] as number) - (then[cell] as number)).sort();
  const step = steps[steps.length >> 1] as number;
  return Math.max(-MOST_LIGHT, Math.min(MOST_LIGHT, step));
}

/** Mean difference, without that which all have in common. */
function offBy(cells: readonly number[], then: Uint8Array, now: Float32Array): number {
  let sum = 0;
  for (const cell of cells) sum += (now[cell] as number) - (then[cell] as number);
  const light = sum / cells.length;
  let off = 0;
  for (const cell of cells) off += Math.abs((now[cell] as number) - (then[cell] as number) - light);
  return off / cells.length;
}
