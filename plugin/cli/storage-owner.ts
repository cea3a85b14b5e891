import { readFileSync, statSync } from 'node:fs';
import { ProblemError } from '../system/problem.ts';

/**
 * Throws a `ProblemError` (`other-user`) for anybody but the owner of the storage folder: what root makes there, the hub cannot open.
 *
 * @param folder the nearest one that is there
 * @param user user id of this process; undefined where there are none
 */
export function refuseOtherUser(folder: string, user = process.getuid?.()): void {
  const owner = statSync(folder).uid;
  if (user === undefined || user === owner) return;
  const name = nameOf(owner);
  throw new ProblemError({
    code: 'other-user',
    what: `${folder} belongs to ${name ?? `user ${owner}`}, and this runs as ${nameOf(user) ?? `user ${user}`}: the hub could not open what is written now.`,
    cure: `Run it as the user that runs Homebridge: sudo -u ${name ?? `"#${owner}"`} doorstep check … Without --repair and --rebuild nothing is written.`,
  });
}

function nameOf(id: number): string | undefined {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    return lines.map((line) => line.split(':')).find(([, , each]) => each === String(id))?.[0];
  } catch {
    return undefined;
  }
}
