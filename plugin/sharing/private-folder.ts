/** The gate's own folders: nobody but the user of the hub may look into them. */
import { mkdirSync, statSync } from 'node:fs';
import { ProblemError, reason } from '../system/problem.ts';

/**
 * Makes a folder that its owner alone can enter; one that is there is taken as it is. Throws a `ProblemError` when others may enter it
 * (`sharing-open`), or when it cannot be made (`storage-unwritable`).
 */
export function privateFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ProblemError(
      {
        code: 'storage-unwritable',
        what: `Doorstep cannot use its folder ${path}: ${reason(error)}. Nothing can be shared until then.`,
        cure: 'Check that the disk has room and that the user that runs Homebridge may write there, then restart.',
      },
      { cause: error },
    );
  }
  refuseOpenToOthers(path, '700');
}

/**
 * Throws a `ProblemError` (`sharing-open`) when a file or folder belongs to somebody else, or when others may read or write it. It is
 * not set right in silence: who could read a key until now may have done so.
 *
 * @param mode that it should have, as `chmod` takes it
 */
export function refuseOpenToOthers(path: string, mode: '600' | '700', user = process.getuid?.()): void {
  // Windows has no such bits; the folder of the user protects it there.
  if (user === undefined) return;
  const found = statSync(path);
  if (found.uid === user && (found.mode & 0o077) === 0) return;
  const whose = found.uid === user ? 'can be read or changed by other users' : `belongs to user ${found.uid}`;
  throw new ProblemError({
    code: 'sharing-open',
    what: `${path} ${whose}, and it must be for the user that runs Homebridge alone. Nothing can be shared until then.`,
    cure: `As that user, run: chmod ${mode} '${path}'. If others use this machine, ask yourself who may have read it: "docs/sharing.md" tells how to begin with a new key.`,
  });
}
