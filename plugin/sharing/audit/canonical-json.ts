/** JSON with one way to write each value (RFC 8785), so that its hash is that of what it says. */

/** What JSON can say. A property that is undefined is left out. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/**
 * The one canonical text of a value: no blanks, names in order of their UTF-16 code units, numbers and strings as JavaScript writes
 * them, which is what the RFC asks for. Throws a `TypeError` for what has no such text: NaN, infinities, half surrogates, and whatever
 * is neither a plain object, an array, nor a plain value.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`JSON has no ${value}.`);
  if (typeof value === 'string' && !value.isWellFormed())
    throw new TypeError('A string holds half a character.');
  if (value === null || typeof value !== 'object') return plainJson(value);
  if (isList(value)) return `[${Array.from(value, canonicalJson).join(',')}]`;
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value)))
    throw new TypeError('Only plain objects have a canonical text.');
  const parts = Object.keys(value)
    .sort()
    .flatMap((name) => {
      const part = value[name];
      return part === undefined ? [] : [`${canonicalJson(name)}:${canonicalJson(part)}`];
    });
  return `{${parts.join(',')}}`;
}

function plainJson(value: string | number | boolean | null): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`JSON has no ${typeof value}.`);
  return text;
}

const isList = (value: readonly Json[] | JsonObject): value is readonly Json[] => Array.isArray(value);
