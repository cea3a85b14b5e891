import type { Clock } from '../plugin/system/clock.ts';

/** One thing that happened, in words for a log and in fields for a program. */
export interface Happening {
  /** Epoch ms. */
  at: number;
  what: string;
  detail?: Readonly<Record<string, string | number>>;
}

export type Happen = (what: string, detail?: Happening['detail']) => void;

const KEPT = 200;

/** What happened at the doorbell, newest last; so many at most. */
export function createHappenings(
  clock: Clock,
  onHappening?: (happening: Happening) => void,
): { happen: Happen; all: readonly Happening[] } {
  const all: Happening[] = [];
  return {
    all,
    happen(what, detail) {
      const happening = { at: clock.now(), what, ...(detail && { detail }) };
      all.push(happening);
      if (all.length > KEPT) all.shift();
      onHappening?.(happening);
    },
  };
}
