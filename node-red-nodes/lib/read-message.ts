/** Reading what others put into a message: nothing is what it should be until it was looked at. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** A property of whatever it is; undefined where it has none. */
export function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

/** A text property; undefined where it is none. */
export function textIn(record: Record<string, unknown>, name: string): string | undefined {
  const value = record[name];
  return typeof value === 'string' ? value : undefined;
}

/** A finite number; undefined where it is none. */
export function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A number within bounds; `otherwise` where it is none. Texts count as they do in JavaScript, but empty ones do not. */
export function numberIn(
  value: unknown,
  { min, max, otherwise }: { min: number; max: number; otherwise: number },
): number {
  const isText = typeof value === 'string' && value.trim() !== '';
  const number = typeof value === 'number' || isText ? Number(value) : Number.NaN;
  return Number.isNaN(number) ? otherwise : Math.min(max, Math.max(min, number));
}
