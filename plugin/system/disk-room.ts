import { statfs } from 'node:fs/promises';

/** Of the file system that a folder is on, in bytes. */
export interface DiskRoom {
  /** What a user without special rights may take. */
  freeBytes: number;
  totalBytes: number;
}

/** Asks the system. Rejects when the folder cannot be looked at. */
export async function diskRoom(folder: string): Promise<DiskRoom> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
