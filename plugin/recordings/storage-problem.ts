import type { Problem } from '../../protocol/api.ts';
import { reason } from '../system/problem.ts';

/** What a failed write to the spool means for the household. */
export function writeProblem(error: unknown, root: string): Problem {
  switch ((error as NodeJS.ErrnoException | null)?.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFullProblem(root);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return {
        code: 'recordings-not-writable',
        what: `The folder ${root} cannot be written; recordings are missing.`,
        cure: 'Give the user that runs Homebridge the right to write there.',
      };
    default:
      return {
        code: 'recordings-failed',
        what: `A recording could not be written to ${root}: ${reason(error)}.`,
        cure: 'Check the disk; it is tried again with the next recording.',
      };
  }
}

/** Other things than recordings fill the disk. */
export function outOfReachProblem(root: string, freeBytes: number, minFreeBytes: number): Problem {
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return {
    code: 'disk-low',
    what: `The disk of ${root} has ${gib(freeBytes)} left, less than the ${gib(minFreeBytes)} to leave free, and even removing every recording would not be enough.`,
    cure: 'Free some space, or lower "Leave free". Until then the oldest recordings go only so that this disk does not run full.',
  };
}

/** What lies in the spool is not what was written. */
export function damagedProblem(count: number, spool: string): Problem {
  return {
    code: 'recording-damaged',
    what: `${count === 1 ? 'A recording' : `${count} recordings`} in the spool ${spool} cannot be read back as written, and stays there.`,
    cure: 'Check the disk of this machine; `doorstep check` says which parts are damaged.',
  };
}

/** Single files fail, others do not. */
export function heldUpProblem(count: number, where: string, message: string): Problem {
  return {
    code: 'recordings-held-up',
    what: `${count === 1 ? 'One file' : `${count} files`} could not be written or removed at ${where}. ${message}`,
    cure: 'It is tried again by itself, at least every half an hour; look at the rights of that file.',
  };
}

/** Without all of it in the index, nothing can be aged. */
export function notTakenInProblem(where: string, message: string): Problem {
  return {
    code: 'target-unread',
    what: `What lies at ${where} could not be looked through, so nothing is removed there. ${message}`,
    cure: 'Give the user of Doorstep the right to read all that is there; it is tried again every minute.',
  };
}

/** Footage in a place that is no longer used is private all the same. */
export function leftBehindProblem(folder: string, recordings: number, bytes: number): Problem {
  const size = bytes < 2 ** 30 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return {
    code: 'recordings-left-behind',
    what: `${recordings === 1 ? 'A recording' : `${recordings} recordings`} (${size}) from before there was a target still ${recordings === 1 ? 'lies' : 'lie'} in ${folder}. ${recordings === 1 ? 'It is' : 'They are'} not listed, and nothing removes ${recordings === 1 ? 'it' : 'them'}.`,
    cure: 'Copy what you want to keep to another place, then delete that folder.',
  };
}

/** Room is over, and nothing may be given up for it. */
export function spoolFullProblem(spool: string): Problem {
  return {
    code: 'spool-full',
    what: `The spool ${spool} has no room for what waits there: the oldest recordings are given up.`,
    cure: 'Bring the target back, or raise "Spool" in the settings.',
  };
}

/** So much would go at once that the owner is asked. */
export function asksProblem(
  count: number,
  of: number,
  what: 'recordings' | 'pictures' = 'recordings',
): Problem {
  return {
    code: 'retention-asks',
    what: `${count} of ${of} ${what} would be deleted at once, so nothing is deleted.`,
    cure: 'If that is right, open the web app, Storage, and allow it; else look at the settings and at the clock of this machine.',
  };
}

/** Nothing new can be recorded: the disk is full, or what is left is needed by this machine. */
export function diskFullProblem(spool: string): Problem {
  return {
    code: 'disk-full',
    what: `The disk of the spool ${spool} is full; recordings are missing.`,
    cure: 'Free some space on this machine, let old recordings go earlier ("Leave free"), or choose another disk at "Spool folder".',
  };
}

/** What waits for the network must not wait on the network. */
export function spoolOnNetworkProblem(spool: string, fileSystem: string): Problem {
  return {
    code: 'spool-on-network',
    what: `The spool ${spool} is on a network file system (${fileSystem}); nothing is recorded.`,
    cure: 'Choose a folder on a disk of this machine at "Spool folder", or leave it empty, then restart.',
  };
}

/** Recordings wait in a folder that is not there: a disk that is not mounted, or a folder that was moved. */
export function spoolElsewhereProblem(count: number, folders: readonly string[]): Problem {
  return {
    code: 'spool-elsewhere',
    what: `${count === 1 ? 'A recording or picture waits' : `${count} recordings and pictures wait`} in a spool that is not there as it was (${folders.join(', ')}). What is new goes to the spool of the settings.`,
    cure: 'Mount that disk or bring the folder back, then restart. What does not come back is given up when its time ("Keep for") is over.',
  };
}

/** What nobody can make sense of lies beside the recordings. */
export function spoolUnreadableProblem(entries: number, folder: string): Problem {
  return {
    code: 'spool-unreadable',
    what: `${entries === 1 ? 'A part of the spool' : `${entries} parts of the spool`} could not be made sense of, and ${entries === 1 ? 'was' : 'were'} set aside in ${folder}.`,
    cure: 'Check the disk of this machine. Look at what lies there or delete it; it is removed by itself when its time ("Keep for") is over.',
  };
}
