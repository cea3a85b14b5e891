import type { Moment } from '../moments.ts';
import { endOfDay, startOfDay } from '../words/time-words.ts';

/** Seconds around a moment whose recording is not known to the second. */
const BEFORE_MS = 30_000;
const AFTER_MS = 60_000;

/** `07:23:41`, for an input of type `time`. */
export function timeField(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((value) => String(value).padStart(2, '0'))
    .join(':');
}

/** Epoch ms of such a time on the day of `day`; undefined while it is not complete. */
export function timeOfDay(day: number, field: string): number | undefined {
  const [, hours, minutes, seconds = '0'] = /^(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?$/.exec(field) ?? [];
  if (hours === undefined) return undefined;
  return new Date(day).setHours(Number(hours), Number(minutes), Number(seconds), 0);
}

/** What is offered first: the recording of the moment that is open, else the last minutes before `now`. Whole seconds. */
export function suggestedStretch(
  moment: Pick<Moment, 'at' | 'clip'> | undefined,
  now: number,
): { from: number; to: number } {
  const { startedAt, endedAt } = moment?.clip ?? {};
  const at = moment?.at ?? now - AFTER_MS;
  const from = startedAt ?? at - BEFORE_MS;
  const to = endedAt ?? at + AFTER_MS;
  return { from: Math.floor(from / 1000) * 1000, to: Math.ceil(to / 1000) * 1000 };
}

/**
 * From one time of `day` to another. An end before the begin is on the next day; where the begin is not yet, or the night before is what was
 * `suggested`, the begin is on the day before. Undefined while a time is not complete, and where both are the same.
 */
export function stretchOf(
  day: number,
  [begin, end]: readonly [string, string],
  { now, suggested }: { now: number; suggested: number },
): { from: number; to: number } | undefined {
  const [from, to] = [timeOfDay(day, begin), timeOfDay(day, end)];
  if (from === undefined || to === undefined || from === to) return undefined;
  if (from < to) return { from, to };
  const isNightBefore = from > now || suggested < startOfDay(day);
  return isNightBefore
    ? { from: timeOfDay(startOfDay(day) - 1, begin) ?? from, to }
    : { from, to: timeOfDay(endOfDay(day), end) ?? to };
}
