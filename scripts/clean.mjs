/** Removes what a build makes, so that no file of an earlier build is packed or loaded. */
import { rmSync } from 'node:fs';

for (const folder of ['dist', 'node-red-nodes/dist'])
  rmSync(new URL(`../${folder}`, import.meta.url), { recursive: true, force: true });
