import { reason } from '../../system/problem.ts';
import { TargetError, type TargetFault } from './contract.ts';

const FAULTS: Record<string, TargetFault> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
  EACCES: 'denied',
  EPERM: 'denied',
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  ESTALE: 'missing',
  EIO: 'missing',
  ENODEV: 'missing',
  ENXIO: 'missing',
  ENOTCONN: 'missing',
  ETIMEDOUT: 'missing',
  EHOSTDOWN: 'missing',
  EHOSTUNREACH: 'missing',
  ENETDOWN: 'missing',
  ENETUNREACH: 'missing',
  ECONNREFUSED: 'missing',
  ECONNRESET: 'missing',
  ECONNABORTED: 'missing',
};

/** What a failed call of the file system at `where` (in words) means for the target. A `TargetError` stays as it is. */
export function folderFault(error: unknown, where: string): TargetError {
  if (error instanceof TargetError) return error;
  const code = errorCode(error) ?? '';
  return new TargetError(FAULTS[code] ?? 'failed', `${where}: ${sentence(code, error)}`, { cause: error });
}

/** `ENOENT` and the like. */
export function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}

/** Throws when the signal has aborted: the only error of ours that says so. */
export function checkCalledOff(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new TargetError('failed', 'It was called off.');
}

function sentence(code: string, error: unknown): string {
  switch (FAULTS[code]) {
    case 'full':
      return 'there is no room left.';
    case 'read-only':
      return 'it is mounted read-only.';
    case 'denied':
      return `the user that runs Homebridge has no right to do this (${code}).`;
    case 'missing':
      return code === 'ENOENT' || code === 'ENOTDIR' ? 'it is not there.' : `it does not answer (${code}).`;
    default:
      return reason(error);
  }
}
