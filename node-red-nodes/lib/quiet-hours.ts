/** Hours in which alerts are held, in the time zone of this machine. */

export interface QuietHours {
  /** Minutes since midnight. */
  from: number;
  /** The same; not after `from` means on the next day. */
  to: number;
  /** Days on which they begin, 0 for Sunday. */
  days: readonly number[];
}

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];

/**
 * When the quiet hours end in which `now` lies, in epoch ms; undefined outside of them. On the day on which clocks are set they begin and end by the
 * clock on the wall.
 */
export function quietUntil({ from, to, days }: QuietHours, now: number): number | undefined {
  // Those of yesterday may not be over.
  for (const back of [0, 1]) {
    const start = onDay(now, -back, from);
    const end = onDay(now, to > from ? -back : 1 - back, to);
    if (days.includes(start.day) && start.at <= now && now < end.at) return end.at;
  }
  return undefined;
}

/** So many minutes after the midnight of a day, by the clock on the wall. */
function onDay(now: number, offset: number, minutes: number): { at: number; day: number } {
  const date = new Date(now);
  date.setHours(0, 0, 0, 0);
  date.setDate(date.getDate() + offset);
  const day = date.getDay();
  date.setHours(0, minutes, 0, 0);
  return { at: date.getTime(), day };
}

/** What the editor stored: `22:00`, `07:00`, and days, none of which means every day. Undefined where it is no time. */
export function readQuietHours(from: unknown, to: unknown, days: unknown): QuietHours | undefined {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  if (start === undefined || end === undefined) return undefined;
  const chosen = Array.isArray(days) ? EVERY_DAY.filter((day) => days.map(Number).includes(day)) : [];
  return { from: start, to: end, days: chosen.length > 0 ? chosen : EVERY_DAY };
}

function minutesOf(time: unknown): number | undefined {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(String(time).trim()) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}
