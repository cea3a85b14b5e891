/** Reads truth files: what happens in recorded clips. The format stands in docs/eval.md. Pure. */
import type { Polygon } from '../../plugin/camera/masks.ts';
import { ProblemError, reason } from '../../plugin/system/problem.ts';
import type { Box } from '../../protocol/detection.ts';

export type Phase = 'delivered' | 'removed';

/** Something is put down or taken away. Times are seconds from the start of the clip. */
export interface Act {
  at: number;
  phase: Phase;
  /** How much earlier and later it may be told of, in seconds. */
  early: number;
  late: number;
  /** Where it happens; the middle of what is told must lie in it. */
  where?: Box;
}

/** Somebody is in the picture. Seconds from the start of the clip. */
export interface Stay {
  from: number;
  to: number;
}

export interface ClipTruth {
  /** As the truth file names it, with forward slashes. */
  file: string;
  /** The doorstep; empty means the default. */
  zone: Polygon[];
  /** Undefined where the truth does not speak of packages. */
  acts: Act[] | undefined;
  /** Undefined where the truth does not speak of people. */
  stays: Stay[] | undefined;
  /** Hands alone move things: packages are judged without visits. */
  withoutPeople: boolean;
  note: string;
}

/** How early and late an act may be told of when the truth does not say, in seconds. */
export const EARLY = 3;
export const LATE = 5;

/** What a truth file says, clip by clip. Throws a `ProblemError` that says where it is broken. */
export function parseTruth(text: string, path: string): ClipTruth[] {
  const broken = (what: string): never => {
    throw new ProblemError({
      code: 'broken-truth',
      what: `The truth file ${path} cannot be used: ${what}.`,
      cure: 'docs/eval.md has the format; correct it and run this again.',
    });
  };
  let all: unknown;
  try {
    all = JSON.parse(text);
  } catch (error) {
    return broken(`it is no JSON (${reason(error)})`);
  }
  const list = Array.isArray(all) ? all : fields(all).clips;
  if (!Array.isArray(list)) return broken('it has no list "clips"');
  return list.map((one: unknown, index) => {
    try {
      return readClip(fields(one));
    } catch (error) {
      const name = fields(one).file;
      return broken(`${typeof name === 'string' ? name : `clip ${index + 1}`}: ${reason(error)}`);
    }
  });
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function readClip(clip: Fields): ClipTruth {
  const { file, note } = clip;
  if (typeof file !== 'string' || file === '') throw new Error('"file" must name the clip');
  const acts = clip.package ?? clip.packages ?? clip.events;
  return {
    file: file.replaceAll('\\', '/'),
    zone: readZone(clip.zone),
    acts: readList('package', acts ?? clip.objects, readAct),
    stays: readList('people', clip.people, readStay),
    withoutPeople: acts === undefined && clip.objects !== undefined,
    note: typeof note === 'string' ? note : '',
  };
}

function readList<T>(name: string, value: unknown, read: (entry: Fields) => T): T[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw new Error(`"${name}" must be a list`);
  return value.map((entry) => read(fields(entry)));
}

const PHASES: Record<string, Phase> = {
  ...{ delivered: 'delivered', placed: 'delivered', left: 'delivered', appeared: 'delivered' },
  ...{ removed: 'removed', taken: 'removed', collected: 'removed', gone: 'removed' },
};

function readAct(entry: Fields): Act {
  const at = readSeconds('at', entry.at ?? entry.time);
  const phase = PHASES[String(entry.phase ?? entry.type).toLowerCase()];
  if (!phase) throw new Error(`"phase" at ${at} s must be delivered or removed`);
  const tolerance = entry.tolerance === undefined ? undefined : readSeconds('tolerance', entry.tolerance);
  const where = readWhere(entry.where);
  return { at, phase, early: tolerance ?? EARLY, late: tolerance ?? LATE, ...(where && { where }) };
}

function readStay(entry: Fields): Stay {
  const [from, to] = [readSeconds('from', entry.from), readSeconds('to', entry.to)];
  if (to < from) throw new Error(`people stay from ${from} s to ${to} s, which is earlier`);
  return { from, to };
}

function readSeconds(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new Error(`"${name}" must be a number of seconds, 0 or more`);
}

/** One polygon, a list of polygons, or nothing. */
function readZone(value: unknown): Polygon[] {
  if (value === undefined || value === null) return [];
  const isPoint = (point: unknown): point is [number, number] =>
    Array.isArray(point) &&
    point.length === 2 &&
    point.every((part) => typeof part === 'number' && part >= 0 && part <= 1);
  const isPolygon = (one: unknown): one is [number, number][] =>
    Array.isArray(one) && one.length >= 3 && one.every(isPoint);
  if (isPolygon(value)) return [value];
  if (Array.isArray(value) && value.every(isPolygon)) return value;
  throw new Error('"zone" must be corners as [x, y], at least three, in parts of the picture from 0 to 1');
}

/** Generous, because words are: what is left may reach a little over the middle of the left half. */
const SIDES: readonly [word: RegExp, side: Partial<Box>][] = [
  [/left/, { right: 0.42 }],
  [/right/, { left: 0.58 }],
  [/middle|cent(er|re)/, { left: 0.25, right: 0.75 }],
  [/top|upper/, { bottom: 0.55 }],
  [/bottom|lower/, { top: 0.45 }],
];

/** Words as in "lower left", or a box; what is neither says nothing. */
function readWhere(value: unknown): Box | undefined {
  const whole = { left: 0, top: 0, right: 1, bottom: 1 };
  if (typeof value === 'string') {
    const sides = SIDES.filter(([word]) => word.test(value.toLowerCase())).map(([, side]) => side);
    return sides.length === 0 ? undefined : Object.assign(whole, ...sides);
  }
  const { left, top, right, bottom } = fields(value);
  if (![left, top, right, bottom].every((side) => typeof side === 'number')) return undefined;
  return { left, top, right, bottom } as Box;
}
