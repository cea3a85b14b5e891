/** Whether somebody is home, in the words that flows and platforms have for it. */

const HOME = ['home', 'true', 'on', 'yes', '1', 'present', 'occupied'];
const AWAY = ['away', 'not_home', 'false', 'off', 'no', '0', 'absent', 'nobody', 'none'];

/** `home`, `true`, `on`, a number of people above 0; undefined for what says neither. */
export function isHome(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value > 0;
  if (typeof value !== 'string') return undefined;
  const word = value.trim().toLowerCase();
  if (HOME.includes(word)) return true;
  return AWAY.includes(word) ? false : undefined;
}
