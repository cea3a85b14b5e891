/** Moments as a statement has them. */

/** `2026-11-22 17:20:59.123 UTC`. @param at epoch ms */
export function utcTime(at: number): string {
  return `${new Date(at).toISOString().replace('T', ' ').slice(0, -1)} UTC`;
}

/** `2026-11-22 18:20:59 Europe/Berlin (GMT+01:00)`. @param at epoch ms @param timeZone IANA; `RangeError` for what is none */
export function localTime(at: number, timeZone: string): string {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const zone = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' });
  const offset = zone.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return `${day.format(at)} ${timeZone} (${offset === 'GMT' ? 'GMT+00:00' : offset})`;
}

/** `95.0 s ahead of the recorder's clock`. @param offsetMs below zero: behind */
export function offsetInWords(offsetMs: number, other: string): string {
  if (offsetMs === 0) return `the same as ${other}`;
  return `${seconds(Math.abs(offsetMs))} ${offsetMs > 0 ? 'ahead of' : 'behind'} ${other}`;
}

/** `0.4 s`, `0.012 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 100 ? 3 : 1)} s`;
}
