import type { RecordingKind } from './recording.ts';

/** Identity of a target, at its root. */
export const IDENTITY_FILE = '.doorstep.json';
/** One line per recording, beside the files of a day: what a lost index is made again from, and what `grep` finds. */
export const DAY_INDEX = 'index.jsonl';
/** Added to a file's name while it is being written. */
export const PART = '.part';

/** The word in a file's name for each kind of recording. */
const WORDS = {
  doorbell: 'ring',
  motion: 'motion',
  package: 'package',
  continuous: 'continuous',
} as const satisfies Record<RecordingKind, string>;

const SEGMENT = /^(?![.-])[\p{L}\p{N}._-]{1,128}$/u;
const BASE = /^([^/]+)\/(\d{4}\/\d{2}\/\d{2})\/\d{6}-(ring|motion|package|continuous)-([0-9A-Za-z_-]{1,64})$/;

/**
 * Where a recording lies below the root, without its ending: `front-door/2026/11/22/072341-ring-<id>`. Date and time are local to the household (the
 * process's time zone): they are for people; exact times are in the sidecar. The id makes it unlike any other, whatever the clock does.
 *
 * Throws `RangeError` for a slug or id that is no plain file name: nothing may lead out of the root.
 */
export function recordingBase(slug: string, kind: RecordingKind, id: string, at: number): string {
  if (!SEGMENT.test(slug)) throw new RangeError(`"${slug}" is no camera slug`);
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [String(date.getFullYear()).padStart(4, '0'), two(date.getMonth() + 1), two(date.getDate())];
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join('');
  const base = `${slug}/${day.join('/')}/${time}-${WORDS[kind]}-${id}`;
  if (!BASE.test(base)) throw new RangeError(`"${id}" is no recording id`);
  return base;
}

/** What a path below the root (without ending) says about itself; undefined when it is not one of ours. `day` is the folder of its day. */
export function parseBase(
  base: string,
): { slug: string; kind: RecordingKind; id: string; day: string } | undefined {
  const [, slug, date, word, id] = BASE.exec(base) ?? [];
  const kind = (Object.keys(WORDS) as RecordingKind[]).find((each) => WORDS[each] === word);
  if (!slug || !SEGMENT.test(slug) || !kind || !id) return undefined;
  return { slug, kind, id, day: `${slug}/${date}` };
}

/** Whether this is a path below a target's root that we may touch: plain names, no way out. */
export function isTargetPath(path: string): boolean {
  return path === IDENTITY_FILE || path.split('/').every((name) => SEGMENT.test(name));
}
