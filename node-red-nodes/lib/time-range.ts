/** Which stretch of time a message asks about. Times are epoch ms. */
import { finite, isRecord } from './read-message.ts';

export interface TimeRange {
  from: number;
  to: number;
}

const HOUR_MS = 3_600_000;
/** What a `Date` can hold. */
const LAST_MOMENT = 8.64e15;

/** A day of this machine's time zone, `ago` days before the present one. */
export function dayRange(now: number, ago: number): TimeRange {
  const midnight = (days: number) => {
    const day = new Date(now);
    // First the day: where clocks are set at midnight, one may begin at 1 o'clock.
    day.setDate(day.getDate() - days);
    day.setHours(0, 0, 0, 0);
    return day.getTime();
  };
  return { from: midnight(ago), to: Math.min(now, midnight(ago - 1) - 1) };
}

/**
 * Reads a number (the last so many hours) or `{from, to}` with epoch ms, ISO times or `Date`; without `to` it is until now. Undefined where
 * it is neither.
 */
export function readRange(value: unknown, now: number): TimeRange | undefined {
  if (isRecord(value)) {
    const from = readMoment(value.from);
    const to = value.to === undefined ? now : readMoment(value.to);
    return from === undefined || to === undefined || from > to ? undefined : { from, to };
  }
  const hours = typeof value === 'string' && value.trim() ? Number(value) : value;
  if (typeof hours !== 'number' || !(hours > 0)) return undefined;
  return { from: Math.max(0, Math.round(now - hours * HOUR_MS)), to: now };
}

/** Reads epoch ms, an ISO time or a `Date`; undefined for what is none of them. */
export function readMoment(value: unknown): number | undefined {
  if (value instanceof Date) return bounded(value.getTime());
  return bounded(typeof value === 'string' ? parsed(value) : finite(value));
}

const parsed = (text: string) => (/^\s*\d+\s*$/.test(text) ? Number(text) : Date.parse(text));

const bounded = (at = -1) => (at >= 0 && at <= LAST_MOMENT ? Math.round(at) : undefined);
