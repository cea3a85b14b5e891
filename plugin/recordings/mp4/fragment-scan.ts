/** Reads fragments back from where they were written. */
import { type Box, childBoxes } from '../../camera/mp4-boxes.ts';
import { readRuns } from '../../camera/track-runs.ts';
import { type FragmentFacts, picturesOf } from './fragment-facts.ts';
import type { RecordingInit } from './recording-init.ts';

/** Gives so many bytes from there on; fewer where the file ends. */
export type ReadAt = (at: number, length: number) => Promise<Buffer> | Buffer;

/** Enough for the `moof` of half a second and the header of the `mdat` behind it. */
const GUESS = 4096;
const HEADER = 8;

/** The whole fragments at the beginning of a file of so many bytes, up to the first that was torn or is none of ours. Only their headers are read. */
export async function scanFragments(
  readAt: ReadAt,
  size: number,
  init: RecordingInit,
): Promise<FragmentFacts[]> {
  const fragments: FragmentFacts[] = [];
  for (let at = 0; at < size; ) {
    const fragment = await scanFragment(readAt, at, init);
    if (!fragment || at + fragment.bytes > size) break;
    fragments.push(fragment);
    at += fragment.bytes;
  }
  return fragments;
}

async function scanFragment(
  readAt: ReadAt,
  at: number,
  { video, trex }: RecordingInit,
): Promise<FragmentFacts | undefined> {
  let data = await readAt(at, GUESS);
  const length = data.length < HEADER ? 0 : data.readUInt32BE(0);
  if (length < HEADER || data.toString('latin1', 4, 8) !== 'moof') return undefined;
  if (length + HEADER > data.length) data = await readAt(at, length + HEADER);
  if (length + HEADER > data.length || data.toString('latin1', length + 4, length + 8) !== 'mdat')
    return undefined;
  const mdat = data.readUInt32BE(length);
  const moof: Box | undefined = childBoxes(data, 0, length)[0];
  const runs = moof && readRuns(data, moof, trex);
  if (!runs || mdat < HEADER) return undefined;
  const pictures = picturesOf(runs.find(({ track }) => track === video.id)?.samples ?? []);
  return { bytes: length + mdat, ...(pictures && { pictures }) };
}
