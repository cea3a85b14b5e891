/** How often the person model may look, so that the rest of the machine goes before it. */

export interface PaceInput {
  /** How long a look takes, on average of the last ones, in ms; 0 before the first. */
  lookMs: number;
  /** Whether pictures had to be dropped lately, because the watcher was behind. */
  behind: boolean;
  /** Processes that want a core, for each core, over the last minute; 0 where the system does not tell. */
  load: number;
}

export interface Pace {
  /** Between the starts of two looks at one camera, in ms. */
  betweenMs: number;
  /** After a look nobody is looked at for so many times as long as it took. */
  rest: number;
}

/** Twice a second is enough for people: a visit lasts seconds. */
const USUAL_MS = 500;
/** What a Raspberry Pi of the fourth generation takes, about. */
const SLOW_MS = 250;
const VERY_SLOW_MS = 600;
const BUSY = 1.5;

/**
 * Twice a second; once where looks are slow (more than 250 ms), pictures were dropped, or the machine is busy (1.5 processes for each
 * core); every one and a half seconds where two of these hold or looks are very slow (600 ms). The model never works more than two thirds of the
 * time, and no more than half of it under strain.
 */
export function lookPace({ lookMs, behind, load }: PaceInput): Pace {
  const strain = [lookMs > SLOW_MS, lookMs > VERY_SLOW_MS, behind, load > BUSY].filter(Boolean).length;
  if (strain === 0) return { betweenMs: USUAL_MS, rest: 0.5 };
  return strain === 1 ? { betweenMs: 2 * USUAL_MS, rest: 1 } : { betweenMs: 3 * USUAL_MS, rest: 2 };
}
