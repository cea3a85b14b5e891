/**
 * One line of the log. It has two forms with the same hash: the long one with the body, and the short one with the body's hash in its place.
 * So the text of an entry can go, or stay out of an excerpt, while the chain holds.
 *
 *     {"body":{"at":…,"facts":{…},"kind":"…","salt":"…"},"index":7,"prev":"<hash of line 6>"}
 *     {"body":"<SHA-256 of the body above>","index":7,"prev":"<hash of line 6>"}
 *
 * Both are canonical JSON. The hash of a line is the SHA-256 of its short form, in hex.
 */
import { createHash } from 'node:crypto';
import { canonicalJson, type JsonObject } from './canonical-json.ts';

/** What happened. */
export interface Entry {
  /** 0, 1, 2 … */
  index: number;
  /** Epoch ms. */
  at: number;
  /** One of `ENTRY_FACTS`, or of a later version. */
  kind: string;
  facts: JsonObject;
}

/** An entry as it stands in the log. `body`: the hash of it where the text is gone. */
export interface Line {
  index: number;
  /** Hash of the line before; zeros at the first. */
  prev: string;
  body: Body | string;
}

interface Body extends Omit<Entry, 'index'> {
  /** Of chance, so that a text that is gone cannot be guessed from its hash. */
  salt: string;
}

/** In place of the hash before the first line. */
export const NO_HASH = '0'.repeat(64);
const SHA256 = /^[0-9a-f]{64}$/;

/** The line without its line break. */
export const lineText = ({ index, prev, body }: Line): string =>
  canonicalJson({ index, prev, body: typeof body === 'string' ? body : { ...body } });

/** The same line with the text gone. */
export function shortForm({ index, prev, body }: Line): Line {
  return { index, prev, body: typeof body === 'string' ? body : sha256(canonicalJson({ ...body })) };
}

/** What the next line has as `prev`, and a head signs. Hex. */
export const hashOf = (line: Line): string => sha256(lineText(shortForm(line)));

/** Undefined where the text is gone. */
export function entryOf({ index, body }: Line): Entry | undefined {
  if (typeof body === 'string') return undefined;
  const { at, kind, facts } = body;
  return { index, at, kind, facts };
}

/** A line, or in a few words why this is none. */
export function parseLine(text: string): Line | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is not JSON';
  }
  if (!isLine(value)) return 'is not an entry';
  return lineText(value) === text ? value : 'is not in the one canonical form';
}

function isLine(value: unknown): value is Line {
  if (!hasOnly(value, ['body', 'index', 'prev'])) return false;
  const { body, index, prev } = value;
  if (!isWhole(index) || !isHash(prev)) return false;
  return isHash(body) || isBody(body);
}

function isBody(value: unknown): value is Body {
  if (!hasOnly(value, ['at', 'facts', 'kind', 'salt'])) return false;
  const { at, facts, kind, salt } = value;
  return isWhole(at) && isObject(facts) && typeof kind === 'string' && typeof salt === 'string';
}

function hasOnly<K extends string>(value: unknown, names: readonly K[]): value is Record<K, unknown> {
  return isObject(value) && Object.keys(value).sort().join() === names.join();
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isHash = (value: unknown): value is string => typeof value === 'string' && SHA256.test(value);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
