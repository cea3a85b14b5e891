import type { Problem } from '../../protocol/api.ts';
import { reason } from '../system/problem.ts';

/** What a failed write to the recordings folder means for the household. */
export function writeProblem(error: unknown, root: string): Problem {
  switch ((error as NodeJS.ErrnoException | null)?.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        code: 'disk-full',
        what: `The disk of ${root} is full; clips are missing.`,
        cure: 'Free some space, or raise "Leave free" so that old clips go earlier.',
      };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return {
        code: 'recordings-not-writable',
        what: `The recordings folder ${root} cannot be written; clips are missing.`,
        cure: 'Give the user that runs Homebridge the right to write there.',
      };
    default:
      return {
        code: 'recordings-failed',
        what: `A clip could not be written to ${root}: ${reason(error)}.`,
        cure: 'Check the disk; recording goes on with the next event.',
      };
  }
}

/** Other things than recordings fill the disk. */
export function outOfReachProblem(root: string, freeBytes: number, minFreeBytes: number): Problem {
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return {
    code: 'disk-low',
    what: `The disk of ${root} has ${gib(freeBytes)} left, less than the ${gib(minFreeBytes)} to leave free, and even removing every clip would not be enough.`,
    cure: 'Free some space, or lower "Leave free". No clip is removed for it.',
  };
}

/** Clips that should go stay. */
export function removalProblem(error: unknown, count: number, root: string): Problem {
  return {
    code: 'recordings-not-removed',
    what: `${count} old clips or snapshots in ${root} could not be removed: ${reason(error)}.`,
    cure: 'Give the user that runs Homebridge the right to remove them; it is tried again every hour.',
  };
}
