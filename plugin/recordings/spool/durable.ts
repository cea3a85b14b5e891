/** Files that a power cut leaves whole. All of them are for their owner alone. */
import { createHash } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PART } from '../layout.ts';
import type { Sealed } from '../recording.ts';

/** Makes a folder, and those above it that are missing. Who makes something in it has to sync it. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

/** Writes a file and waits for the disk; its folder is for the caller to sync. */
export async function writeDurable(path: string, data: Buffer | string): Promise<void> {
  const handle = await open(path, 'w', 0o600);
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces a file whole; after a power cut it is the old one or the new one. */
export async function replaceDurable(path: string, data: Buffer | string): Promise<void> {
  await writeDurable(path + PART, data);
  await rename(path + PART, path);
  await syncFolder(dirname(path));
}

/** Makes what was created, renamed or removed in this folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders, and needs none of this: its journal has names and files in order.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Size and hash of these bytes. */
export function seal(data: Buffer): Sealed {
  return { bytes: data.length, sha256: createHash('sha256').update(data).digest('hex') };
}
