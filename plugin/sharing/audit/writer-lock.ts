/** Nobody but one process at a time writes the log. */
import { DatabaseSync } from 'node:sqlite';
import { ProblemError, reason } from '../../system/problem.ts';

/**
 * Holds the lock until it is disposed of. It is one that SQLite takes at the system, so it ends with the process, however that ends, and no
 * file that stays behind holds anybody up. Throws a `ProblemError` (`share-log-in-use`) when another holds it, in this process or not.
 *
 * @param path of a file for the lock alone; made where it is missing
 */
export function lockWriter(path: string): Disposable {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    // No journal: nothing is ever written.
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    throw new ProblemError(
      {
        code: 'share-log-in-use',
        what: `The log of shares is not free (${reason(error)}; ${path}): only one process may write it.`,
        cure: 'End the other hub that uses this storage folder, then restart.',
      },
      { cause: error },
    );
  }
  return { [Symbol.dispose]: () => file.close() };
}
