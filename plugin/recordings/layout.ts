import type { ClipInfo } from '../../protocol/api.ts';

/** Identity of a recordings folder, at its root. */
export const IDENTITY_FILE = '.doorstep.json';
/** One line per clip, beside the clips of a day: what a lost index is checked against, and what `grep` finds. */
export const DAY_INDEX = 'index.jsonl';
/** Added to a clip's name while it is being written. */
export const PART = '.part';

/** The word in a file's name for each kind of event that makes one. */
const WORDS = { doorbell: 'ring', motion: 'motion', package: 'package' } as const satisfies Record<
  ClipInfo['kind'],
  string
>;

const SEGMENT = /^(?![.-])[\p{L}\p{N}._-]{1,128}$/u;
const BASE = /^([^/]+)\/(\d{4}\/\d{2}\/\d{2})\/\d{6}-(ring|motion|package)-([0-9A-Za-z_-]{1,64})$/;

/**
 * Where a clip lies below the root, without its ending: `front-door/2026/11/22/072341-ring-<id>`. Date and time are local to the
 * household (the process's time zone): they are for people; exact times are in the sidecar.
 *
 * Throws `RangeError` for a slug or id that is no plain file name: nothing may lead out of the root.
 */
export function clipBase(slug: string, kind: ClipInfo['kind'], id: string, at: number): string {
  if (!SEGMENT.test(slug)) throw new RangeError(`"${slug}" is no camera slug`);
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [String(date.getFullYear()).padStart(4, '0'), two(date.getMonth() + 1), two(date.getDate())];
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join('');
  const base = `${slug}/${day.join('/')}/${time}-${WORDS[kind]}-${id}`;
  if (!BASE.test(base)) throw new RangeError(`"${id}" is no clip id`);
  return base;
}

/** What a path below the root (without ending) says about itself; undefined when it is not one of ours. */
export function parseClipBase(
  base: string,
): { slug: string; kind: ClipInfo['kind']; id: string } | undefined {
  const [, slug, , word, id] = BASE.exec(base) ?? [];
  const kind = (Object.keys(WORDS) as ClipInfo['kind'][]).find((each) => WORDS[each] === word);
  if (!slug || !SEGMENT.test(slug) || !kind || !id) return undefined;
  return { slug, kind, id };
}
