/** What is in a recording, from as few of its bytes as possible: they may have to come from a slow NAS. */
import { type InitTrack, parseMoov } from '../../camera/init-segment.ts';
import { type Box, childBox, childBoxes } from '../../camera/mp4-boxes.ts';
import { IS_NON_SYNC, readRuns, readTrex, type SampleDefaults } from '../../camera/track-runs.ts';
import { footageDamaged } from './problems.ts';
import { type OpenFootage, readBytes } from './read-bytes.ts';
import { readSidx } from './read-sidx.ts';

/** One `moof` + `mdat`, or several that belong together, right behind the one before. Times are ticks of the video, when it is shown. */
export interface FootageFragment {
  offset: number;
  bytes: number;
  time: number;
  duration: number;
  keyframe: boolean;
}

export interface FootageIndex {
  /** `ftyp` and `moov`. */
  head: Buffer;
  tracks: readonly InitTrack[];
  video: InitTrack;
  /** Defaults of the samples, by track. */
  trex: ReadonlyMap<number, SampleDefaults>;
  /** At least one; the first begins with a keyframe. */
  fragments: readonly FootageFragment[];
}

/** Room for the head of a file of five minutes. */
const FIRST_READ = 16 * 1024;
/** Room for the `moof` of a second. */
const MOOF_READ = 4 * 1024;
/** No head of ours is longer, so it is none. */
const LONGEST_HEAD = 4 * 1024 * 1024;

/**
 * Reads what a recording holds: its head where that has an index, which is one small read; in older files each `moof`.
 * Rejects with a `ProblemError` (`recording-damaged`, or that of the reading).
 */
export async function readFootageIndex(footage: OpenFootage, signal: AbortSignal): Promise<FootageIndex> {
  const { data, boxes } = await readHead(footage, signal);
  const moov = boxes.find(({ type }) => type === 'moov');
  const tracks = moov ? parseMoov(data, moov) : [];
  const video = tracks.find(({ kind }) => kind === 'video');
  const mvex = moov && childBox(data, moov, 'mvex');
  if (!moov || !video || !mvex) throw footageDamaged(footage.id, 'it has no header');
  const trex = readTrex(data, mvex);
  const facts = { head: headOf(data, boxes), tracks, video, trex };
  const listed = listFragments(data, boxes, video);
  const fragments = listed ?? (await scanFragments(footage, endOf(boxes), facts, signal));
  const begin = fragments.findIndex(({ keyframe }) => keyframe);
  if (begin < 0) throw footageDamaged(footage.id, 'there is no picture in it');
  return { ...facts, fragments: fragments.slice(begin) };
}

const endOf = (boxes: readonly Box[]) => boxes.at(-1)?.end ?? 0;

function headOf(data: Buffer, boxes: readonly Box[]): Buffer {
  const kept = boxes.filter(({ type }) => type === 'ftyp' || type === 'moov');
  return Buffer.concat(kept.map(({ start, end }) => data.subarray(start, end)));
}

/** The whole boxes before the first `moof`. */
async function readHead(
  footage: OpenFootage,
  signal: AbortSignal,
): Promise<{ data: Buffer; boxes: readonly Box[] }> {
  let data = await readBytes(footage, 0, FIRST_READ, signal);
  for (;;) {
    const boxes = childBoxes(data, 0, data.length);
    const first = boxes.findIndex(({ type }) => type === 'moof');
    const next = endOf(boxes);
    // What follows the last whole box: a fragment, or a part of the head that is not read yet.
    const type = data.toString('latin1', next + 4, next + 8);
    const wanted = first < 0 && type !== 'moof' ? missingHead(data, next, footage.file.bytes) : data.length;
    if (wanted <= data.length) return { data, boxes: first < 0 ? boxes : boxes.slice(0, first) };
    data = Buffer.concat([data, await readBytes(footage, data.length, wanted, signal)]);
  }
}

/** Up to where must be read to have the box at `at` whole, and the name of the next. */
function missingHead(data: Buffer, at: number, fileBytes: number): number {
  const size = at + 4 <= data.length ? data.readUInt32BE(at) : FIRST_READ;
  const wanted = Math.min(at + size + 8, fileBytes);
  return wanted > LONGEST_HEAD ? 0 : wanted;
}

/** As the index in the head has them; undefined without one that is of use. */
function listFragments(data: Buffer, boxes: readonly Box[], video: InitTrack): FootageFragment[] | undefined {
  const box = boxes.find(({ type }) => type === 'sidx');
  const index = box && readSidx(data, box);
  if (!box || index?.track !== video.id || index.timescale !== video.timescale) return undefined;
  let offset = box.end + index.firstOffset;
  let time = index.time;
  return index.references.map(({ bytes, duration, sync: keyframe }) => {
    const fragment = { offset, bytes, time, duration, keyframe };
    offset += bytes;
    time += duration;
    return fragment;
  });
}

/** Reads every `moof`, up to the first that is not whole. */
async function scanFragments(
  footage: OpenFootage,
  start: number,
  { video, trex }: Pick<FootageIndex, 'video' | 'trex'>,
  signal: AbortSignal,
): Promise<FootageFragment[]> {
  const fragments: FootageFragment[] = [];
  for (let offset = start; offset + 16 <= footage.file.bytes; ) {
    const { moof, mdat } = await readMoof(footage, offset, signal);
    const bytes = moof.length + mdat;
    if (mdat === 0 || offset + bytes > footage.file.bytes) break;
    const runs = readRuns(moof, { type: 'moof', start: 0, body: 8, end: moof.length }, trex);
    const samples = runs?.find(({ track }) => track === video.id)?.samples ?? [];
    const [first, last] = [samples[0], samples.at(-1)];
    const previous = fragments.at(-1);
    if (first && last) {
      const keyframe = (first.flags & IS_NON_SYNC) === 0;
      const time = first.dts + first.compositionOffset;
      fragments.push({ offset, bytes, time, duration: last.dts + last.duration - first.dts, keyframe });
    } else if (previous) {
      // Sound alone goes with the picture before it.
      previous.bytes += bytes;
    }
    offset += bytes;
  }
  return fragments;
}

/** The `moof` at a place and the size of the `mdat` after it; that is 0 where there is none. */
export async function readMoof(
  footage: OpenFootage,
  offset: number,
  signal: AbortSignal,
): Promise<{ moof: Buffer; mdat: number; read: Buffer }> {
  let read = await readBytes(footage, offset, offset + MOOF_READ, signal);
  const size = read.length >= 8 && read.toString('latin1', 4, 8) === 'moof' ? read.readUInt32BE(0) : 0;
  if (size < 8 || size > LONGEST_HEAD) return { moof: Buffer.alloc(0), mdat: 0, read };
  if (size + 8 > read.length) {
    const more = await readBytes(footage, offset + read.length, offset + size + 8, signal);
    read = Buffer.concat([read, more]);
  }
  const isMdat = read.length >= size + 8 && read.toString('latin1', size + 4, size + 8) === 'mdat';
  return { moof: read.subarray(0, size), mdat: isMdat ? read.readUInt32BE(size) : 0, read };
}
