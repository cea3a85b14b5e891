/** Reads a file of a folder target from the disk itself, past the memory of this machine, where its file system can do that. */
import { constants, type FileHandle, open } from 'node:fs/promises';
import { errorCode } from './folder-fault.ts';

/** The file's bytes in order; the same memory is used for each chunk. `looked` is called before each read. */
export async function* readBack(path: string, looked: () => void): AsyncGenerator<Buffer> {
  const buffer = lend();
  let handle = await openPast(path);
  try {
    for (let at = 0; ; ) {
      looked();
      const bytesRead = await readAt(handle.file, buffer, at).catch((error: unknown) => {
        // Reads past memory have rules of their own: where one is not kept, the rest is read as usual.
        if (handle.past && errorCode(error) === 'EINVAL') return undefined;
        throw error;
      });
      if (bytesRead === 0) return;
      if (bytesRead !== undefined) {
        yield buffer.subarray(0, bytesRead);
        at += bytesRead;
        // What is not aligned is the end, and no place to read on from.
        if (!handle.past || at % ALIGNMENT === 0) continue;
      }
      await handle.file.close();
      handle = { file: await open(path, 'r'), past: false };
    }
  } finally {
    await handle.file.close();
    idle.push(buffer);
  }
}

declare const WebAssembly: { Memory: new (size: { initial: number }) => { buffer: ArrayBuffer } };

const PAGE = 2 ** 16;
const CHUNK = 2 ** 20;
const ALIGNMENT = 4096;

/** Buffers that nobody uses now: as many as there were files read at once. */
const idle: Buffer[] = [];

/** Begins at the begin of a page of memory, as such reads need it; Node's own buffers do not. */
function lend(): Buffer {
  return idle.pop() ?? Buffer.from(new WebAssembly.Memory({ initial: CHUNK / PAGE }).buffer);
}

async function openPast(path: string): Promise<{ file: FileHandle; past: boolean }> {
  const { O_RDONLY, O_DIRECT } = constants;
  if (O_DIRECT !== undefined) {
    try {
      return { file: await open(path, O_RDONLY | O_DIRECT), past: true };
    } catch (error) {
      if (errorCode(error) !== 'EINVAL') throw error;
    }
  }
  return { file: await open(path, 'r'), past: false };
}

async function readAt(file: FileHandle, buffer: Buffer, at: number): Promise<number> {
  return (await file.read(buffer, 0, CHUNK, at)).bytesRead;
}
