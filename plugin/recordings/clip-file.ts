/** Ends a clip file: what is done alike after a recording and after a crash. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { u64 } from '../camera/mp4-build.ts';
import { IS_NON_SYNC, readRuns, type Sample } from '../camera/track-runs.ts';
import { PART } from './layout.ts';
import { mfra, type SyncPoint } from './mp4/file-index.ts';
import { type RecordingInit, readRecordingInit } from './mp4/recording-init.ts';

/** What is in the file so far, all of it whole. */
export interface ClipContent {
  init: RecordingInit;
  /** Bytes up to the end of the last whole fragment. */
  bytes: number;
  /** In seconds. */
  duration: number;
  syncPoints: SyncPoint[];
}

export interface FinishedFile {
  bytes: number;
  durationMs: number;
  sha256: string;
}

/** Fills in duration and index, makes it durable, and gives the file at `path + '.part'` its name. Closes the handle. */
export async function finishClipFile(
  handle: FileHandle,
  path: string,
  content: ClipContent,
): Promise<FinishedFile> {
  const { init, duration, syncPoints } = content;
  const index = mfra(init.video.id, syncPoints);
  try {
    // Whatever follows the last whole fragment was torn by a crash or a full disk.
    await handle.truncate(content.bytes);
    await handle.write(u64(Math.round(duration * init.movieTimescale)), 0, 8, init.durationOffset);
    await handle.write(index, 0, index.length, content.bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(path + PART, path);
  await syncFolder(dirname(path));
  return {
    bytes: content.bytes + index.length,
    durationMs: Math.round(duration * 1000),
    sha256: await sha256Of(path),
  };
}

/** Reads a file that a crash left behind, up to its last whole fragment; undefined when there is no picture in it. */
export async function scanClipFile(handle: FileHandle): Promise<ClipContent | undefined> {
  const { size } = await handle.stat();
  let init: RecordingInit | undefined;
  let head = Buffer.alloc(0);
  let bytes = 0;
  let end = 0;
  const syncPoints: SyncPoint[] = [];
  for await (const { type, at, length } of topBoxes(handle, size)) {
    if (!init) {
      head = Buffer.concat([head, await read(handle, at, length)]);
      if (type === 'moov') init = readRecordingInit(head);
    } else if (type === 'moof') {
      const following = await boxHeader(handle, at + length, size);
      if (following?.type !== 'mdat') break;
      const video = videoSamples(await read(handle, at, length), init);
      const first = video[0];
      const last = video.at(-1);
      if (first && !(first.flags & IS_NON_SYNC)) {
        syncPoints.push({ time: first.dts + first.compositionOffset, offset: at });
      }
      if (last) end = last.dts + last.duration;
      bytes = following.at + following.length;
    }
  }
  if (!init || end === 0) return undefined;
  return { init, bytes, duration: end / init.video.timescale, syncPoints };
}

function videoSamples(moof: Buffer, { video, trex }: RecordingInit): Sample[] {
  const runs = readRuns(moof, { type: 'moof', start: 0, body: 8, end: moof.length }, trex) ?? [];
  return runs.find(({ track }) => track === video.id)?.samples ?? [];
}

interface FileBox {
  type: string;
  at: number;
  length: number;
}

async function* topBoxes(handle: FileHandle, size: number): AsyncGenerator<FileBox> {
  let at = 0;
  for (let box = await boxHeader(handle, at, size); box; box = await boxHeader(handle, at, size)) {
    yield box;
    at += box.length;
  }
}

/** The box at this place of the file, if the file holds all of it. */
async function boxHeader(handle: FileHandle, at: number, size: number): Promise<FileBox | undefined> {
  if (at + 8 > size) return undefined;
  const header = await read(handle, at, 8);
  const length = header.readUInt32BE(0);
  if (length < 8 || at + length > size) return undefined;
  return { type: header.toString('latin1', 4, 8), at, length };
}

async function read(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Makes a rename in this folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
