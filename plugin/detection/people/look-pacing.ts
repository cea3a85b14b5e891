/** When the model shall look at a picture. Pure but for its own memory. */
import type { Box } from '../../../protocol/detection.ts';

/** What speaks for a look at the newest picture, at an epoch ms. */
export interface LookReasons {
  at: number;
  /** Whether something moves, or has moved within the last seconds. */
  active: boolean;
  /** Whether that is like somebody, and not only rain, leaves or light. */
  likely: boolean;
  /** Whether somebody was there when it was last looked. */
  somebody: boolean;
  /** A part that packages want looked at. */
  packagePart?: Box;
  /** A part in which something moves that the whole picture is too small for. */
  farPart?: Box;
}

/**
 * In ms, between two looks at the whole picture: while something like somebody moves, while something else does or somebody stands still,
 * and while nothing happens.
 */
const WHOLE_EVERY = { likely: 500, unlikely: 2000, calm: 60_000 };
/** The first looks come sooner, so that furniture is known. */
const FIRST_CALM_MS = 4500;
const FIRST_LOOKS = 4;
/** Between two looks at a part. */
const PART_EVERY_MS = 500;
/** A look that was not answered for so long is not waited for any more. */
const GIVE_UP_MS = 5000;
/** Pictures come a little early now and then. */
const EARLY_MS = 40;

export class LookPacing {
  /** When the look that is not answered yet was wanted. */
  #outstanding: number | undefined;
  #wholeAt: number | undefined;
  #partAt: number | undefined;
  #wholeLooks = 0;

  /** What to look at now: everything, a part, or nothing. Counts as wanted from then on. */
  want(reasons: LookReasons): 'whole' | Box | undefined {
    const { at } = reasons;
    if (this.#outstanding !== undefined && since(this.#outstanding, at) < GIVE_UP_MS) return undefined;
    this.#outstanding = undefined;
    if (since(this.#wholeAt, at) >= this.#wholeEvery(reasons) - EARLY_MS) {
      this.#wholeAt = at;
      this.#outstanding = at;
      this.#wholeLooks++;
      return 'whole';
    }
    const part = reasons.packagePart ?? reasons.farPart;
    if (!part || since(this.#partAt, at) < PART_EVERY_MS - EARLY_MS) return undefined;
    this.#partAt = at;
    this.#outstanding = at;
    return part;
  }

  /** The look was answered, or failed. */
  answered(): void {
    this.#outstanding = undefined;
  }

  #wholeEvery({ active, likely, somebody }: LookReasons): number {
    if (active && (likely || somebody)) return WHOLE_EVERY.likely;
    if (active || somebody) return WHOLE_EVERY.unlikely;
    return this.#wholeLooks < FIRST_LOOKS ? FIRST_CALM_MS : WHOLE_EVERY.calm;
  }
}

/** Long ago where the clock was set back meanwhile. */
const since = (then: number | undefined, at: number) =>
  then === undefined || at < then ? Number.POSITIVE_INFINITY : at - then;
