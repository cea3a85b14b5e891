/** The folder of the files that are made for the household. */
import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PART } from '../layout.ts';

const OURS = new RegExp(`^[0-9A-HJKMNP-TV-Z]{26}\\.mp4(\\${PART})?$`);

export const exportPath = (folder: string, id: string) => join(folder, `${id}.mp4`);

/** For this user alone. Throws the error of the disk. */
export function makeExportFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}

/** Removes what an earlier run left; nobody knows of it any more. Other people's files stay. */
export function removeLeftovers(folder: string): void {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) if (OURS.test(name)) rmSync(join(folder, name), { force: true });
}
