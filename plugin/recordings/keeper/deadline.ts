import type { Request } from './messages.ts';

/** In ms without a sign of progress. */
export interface Deadlines {
  open: number;
  /** What should take a moment. */
  small: number;
  /** What moves a whole file. */
  copy: number;
}

export const DEADLINES: Deadlines = { open: 15_000, small: 15_000, copy: 20_000 };

/** How long a call may show no progress before its keeper counts as stuck. */
export function deadlineOf(request: Request, deadlines: Deadlines): number {
  switch (request.method) {
    case 'open':
    case 'setUp':
      return deadlines.open;
    case 'put':
      return deadlines.copy;
    case 'stat':
      return request.hash ? deadlines.copy : deadlines.small;
    default:
      return deadlines.small;
  }
}

const REPLY_MS = { least: 20_000, perMiB: 1000, most: 600_000 };

/**
 * How long a server that was given so many bytes may take to answer, in ms: one that looks for viruses, hands them on to a store behind it, or wakes its disks
 * says nothing until it is done.
 */
export function replyMs(bytes: number): number {
  return Math.min(REPLY_MS.most, REPLY_MS.least + Math.ceil(bytes / 2 ** 20) * REPLY_MS.perMiB);
}

/** The first replacement comes at once: a process that was ended by someone else is no sign of a fault. */
const REST_MS = [0, 1000, 2000, 5000, 10_000, 30_000];

/** How long to wait before a keeper is started again, after so many in a row that were of no use. */
export function restMs(failures: number): number {
  return failures === 0 ? 0 : (REST_MS[Math.min(failures, REST_MS.length) - 1] ?? 0);
}
