import { TargetError, type TargetFault } from './contract.ts';

const FAULTS: readonly [RegExp, TargetFault, string][] = [
  [/no space left|disk.{0,8}full|quota|not enough (disk )?space/i, 'full', 'there is no room left'],
  [/read.?only/i, 'read-only', 'it cannot be written'],
  [
    /permission denied|access.?denied|unable to authenticate|logon.?failure|password|forbidden|401 |403 /i,
    'denied',
    'login or rights are refused',
  ],
  [
    /knownhosts|host key|certificate|x509/i,
    'certificate',
    'it does not prove that it is the right server; look at it with: rclone config',
  ],
  [
    /directory not found|bad.?network.?name|no such (file|bucket)|object name not found/i,
    'missing',
    'it is not there',
  ],
  [
    /connection|connect|dial |no route|unreachable|time.?d? ?out|timeout|broken pipe|EOF|no such host|reset by peer/i,
    'missing',
    'it does not answer',
  ],
];

/**
 * What a line of rclone's log means; undefined for one that says nothing about the storage.
 *
 * @param where the remote in words
 * @param line without secrets
 */
export function rcloneFault(where: string, line: string): TargetError | undefined {
  const found = FAULTS.find(([pattern]) => pattern.test(line));
  if (!found) return undefined;
  const [, fault, what] = found;
  return new TargetError(fault, `${where}: ${what}. rclone says: ${line}`);
}
