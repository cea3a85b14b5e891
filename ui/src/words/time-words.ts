import { words } from './en.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How times are written; `timeZone` only where it is not the machine's own. */
export interface TimeStyle {
  locale: string;
  timeZone?: string;
}

/** The browser's own habit for times (12 or 24 h) where it fits the words, else that of the words. */
export function timeStyle(browserLanguage: string): TimeStyle {
  return { locale: browserLanguage.startsWith('en') ? browserLanguage : words.locale };
}

/** Relative within an hour, clock time today, weekday within a week, else the date. All times in epoch ms. */
export function whenWords(at: number, now: number, style: TimeStyle): string {
  const ago = now - at;
  return ago < HOUR && ago > -MINUTE ? agoWords(ago) : sinceWords(at, now, style);
}

/** For "since …" and "from … to …": clock time today, weekday within a week, else the date. All times in epoch ms. */
export function sinceWords(at: number, now: number, style: TimeStyle): string {
  const days = dayDistance(at, now, style);
  if (days === 0) return clockWords(at, style);
  const day = format(at, style, days < 7 ? { weekday: 'short' } : { day: 'numeric', month: 'short' });
  return `${day} ${clockWords(at, style)}`;
}

/** Age of a picture, in ms: `just now`, `12 s ago`, `4 min ago`. */
export function agoWords(ms: number): string {
  if (ms < 5_000) return words.time.justNow;
  if (ms < MINUTE) return words.time.secondsAgo(Math.floor(ms / 1000));
  return words.time.minutesAgo(Math.floor(ms / MINUTE));
}

/** `07:23`, or `7:23 am` where that is the custom. */
export function clockWords(at: number, style: TimeStyle): string {
  return format(at, style, { hour: '2-digit', minute: '2-digit' });
}

/** Heading of a day: `Today`, `Yesterday`, `Tuesday`, `12 November`. */
export function dayWords(at: number, now: number, style: TimeStyle): string {
  const days = dayDistance(at, now, style);
  if (days === 0) return words.time.today;
  if (days === 1) return words.time.yesterday;
  return format(at, style, days < 7 ? { weekday: 'long' } : { day: 'numeric', month: 'long' });
}

/** A day as a key that sorts: `2026-11-22`, in local time. */
export function dayKey(at: number, style: TimeStyle): string {
  // Swedish dates are ISO dates.
  return new Intl.DateTimeFormat('sv-SE', {
    ...zone(style),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(at);
}

/** In full, for tooltips: `Sunday 22 November 2026, 07:23:41`. */
export function fullWords(at: number, style: TimeStyle): string {
  return format(at, style, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}

/** Length of something, in ms, in its one telling unit: `15 s`, `12 min`, `3 h`, `2 days`. */
export function lengthWords(ms: number): string {
  if (ms < 90_000) return words.time.seconds(Math.max(1, Math.round(ms / 1000)));
  if (ms < 90 * MINUTE) return words.time.minutes(Math.round(ms / MINUTE));
  if (ms < 2 * DAY) return words.time.hours(Math.round(ms / HOUR));
  return words.time.days(Math.round(ms / DAY));
}

/** Position in a recording, in seconds: `0:07`, `12:40`. */
export function positionWords(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Bytes as people count disks: `840 MB`, `1.2 GB`. */
export function sizeWords(bytes: number): string {
  const units = ['kB', 'MB', 'GB', 'TB'] as const;
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)} ${units[unit]}`;
}

/** Epoch ms of the last local midnight. */
export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** Epoch ms of the next local midnight: 23, 24 or 25 hours after the last one. */
export function endOfDay(at: number): number {
  return new Date(at).setHours(24, 0, 0, 0);
}

/** Whole calendar days from `at` to `now`; 0 is the same day. */
function dayDistance(at: number, now: number, style: TimeStyle): number {
  return Math.round((Date.parse(dayKey(now, style)) - Date.parse(dayKey(at, style))) / DAY);
}

function format(at: number, style: TimeStyle, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(style.locale, { ...zone(style), ...options }).format(at);
}

function zone(style: TimeStyle): Intl.DateTimeFormatOptions {
  return style.timeZone === undefined ? {} : { timeZone: style.timeZone };
}
