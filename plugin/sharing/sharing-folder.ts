/** What lies where in the folder of the gate. */
import { join } from 'node:path';

/** @param root of all that sharing keeps */
export const sharingFolder = (root: string) => ({
  keys: join(root, 'keys'),
  log: join(root, 'log'),
});
