/** What the schema cannot see in the options of recording: whether they fit together, and what is done where they do not. */
import type { RecordingsConfig } from './config.ts';
import { OUTSIDE_WORDS } from './recording-options.ts';

export interface Mistake {
  /** `recordings.spoolPath` */
  path: string;
  what: string;
  cure: string;
}

const KINDS = ['folder', 'webdav', 'rclone'] as const;
/** Recordings never go elsewhere because of a slip of the pen: they wait until it is clear where. */
export const WAITS = 'Correct it in the plugin settings; recordings wait in the spool until then.';

/**
 * A target that cannot be used as it is written: of its kind, but without a place. It stays a target, since recordings would go into the Homebridge
 * storage without one.
 */
export function targetWithoutPlace(written: unknown): Record<string, unknown> {
  const { kind } = (written ?? {}) as { kind?: unknown };
  return { kind: KINDS.find((each) => each === kind) ?? 'folder' };
}

/** Whether a settings form wrote this target, and nobody filled it in. The form may choose the first kind by itself. */
export function isBlankTarget(target: Record<string, unknown>): boolean {
  return Object.entries(target).every(([key, value]) => key === 'kind' && value === 'folder');
}

/** The options as they are used, and a sentence for each that does not fit the others. */
export function checkRecordings(written: RecordingsConfig): {
  recordings: RecordingsConfig;
  mistakes: Mistake[];
} {
  const recordings = structuredClone(written);
  const mistakes: Mistake[] = [];
  const drop = (key: 'keepContinuousDays' | 'spoolPath' | 'rollingPath', what: string, cure: string) => {
    mistakes.push({ path: `recordings.${key}`, what, cure });
    delete recordings[key];
  };
  const { target, keepDays, keepContinuousDays = 0, spoolPath, rollingPath } = recordings;
  if (keepContinuousDays > keepDays)
    drop(
      'keepContinuousDays',
      `is longer than recordings.keepDays, ${keepDays}`,
      'Both are kept for the shorter time; raise keepDays, or lower it.',
    );
  const folder = target?.kind === 'folder' ? target.path : undefined;
  if (folder !== undefined && steps(folder).length === 0) {
    mistakes.push({ path: 'recordings.target.path', what: 'is a whole disk, not a folder', cure: WAITS });
    delete target?.path;
  }
  const spoolFault = spoolPath && misplaced(spoolPath, [['the target', folder]]);
  if (spoolFault)
    drop(
      'spoolPath',
      spoolFault,
      'The spool is in the Homebridge storage until it is another folder, on a local disk.',
    );
  const others = [['the target', folder] as const, ['the spool', recordings.spoolPath] as const];
  const rollingFault = rollingPath && misplaced(rollingPath, others);
  if (rollingFault)
    drop(
      'rollingPath',
      rollingFault,
      'Nothing is kept in memory until it is a folder of its own, such as /dev/shm/doorstep.',
    );
  if (target?.outsideHome !== undefined && target.outsideHome !== OUTSIDE_WORDS)
    mistakes.push({
      path: 'recordings.target.outsideHome',
      what: 'is not what has to stand there, word for word',
      cure: `A target on the internet is refused, unless it says: ${OUTSIDE_WORDS}`,
    });
  return { recordings, mistakes };
}

/** Why this folder cannot have the purpose that it shall have. */
function misplaced(
  path: string,
  others: readonly (readonly [string, string | undefined])[],
): string | undefined {
  if (steps(path).length === 0) return 'is a whole disk, not a folder';
  const other = others.find(([, folder]) => folder !== undefined && overlap(path, folder));
  return other && `and the folder of ${other[0]} must not lie in one another`;
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [steps(one), steps(other)];
  return a.slice(0, b.length).every((step, index) => step === b[index]);
}

/** Names from the root on. */
function steps(path: string): string[] {
  const [, rest = path] = /^[A-Za-z]:(.*)$/.exec(path) ?? [];
  return rest.split(/[\\/]/).filter((step) => step !== '' && step !== '.');
}

/** What a value must be like whose pattern it misses; undefined for other options. */
export function recordingsPattern(pointer: string): string | undefined {
  switch (pointer) {
    case '/recordings/target/path':
    case '/recordings/spoolPath':
    case '/recordings/rollingPath':
      return 'is not the full path of a folder (/mnt/nas/doorstep)';
    case '/recordings/target/url':
      return 'is not the address of a folder (https://192.168.1.10:5006/doorstep), or has a user and password in it, which belong into their own fields';
    case '/recordings/target/remote':
      return 'is not a remote of rclone and a folder in it (nas:doorstep)';
    case '/recordings/target/fingerprint':
      return 'is not a SHA-256 fingerprint (64 hexadecimal digits)';
    default:
      return undefined;
  }
}
