import type { Moment } from '../moments.ts';
import { dayKey, type TimeStyle } from '../words/time-words.ts';

export interface Day {
  key: string;
  moments: Moment[];
}

/** Moments (newest first) gathered by local day, newest day first. */
export function byDay(moments: readonly Moment[], style: TimeStyle): Day[] {
  const days: Day[] = [];
  for (const moment of moments) {
    const key = dayKey(moment.at, style);
    const last = days.at(-1);
    if (last?.key === key) last.moments.push(moment);
    else days.push({ key, moments: [moment] });
  }
  return days;
}
