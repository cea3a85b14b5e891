/**
 * What a file says of itself, read without a decoder: whether it is an MP4 at all, and within bounds. A playlist with the name of a clip
 * goes no further than this.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { type Box, childBox, childBoxes, Fields } from '../../camera/mp4-boxes.ts';
import { badSource, sourceTooLarge } from './problems.ts';

export interface SourceFacts {
  audio: boolean;
}

/** A day of continuous recording is in files of minutes; no clip is longer than this. */
const LONGEST_SECONDS = 10 * 3600;
/** 8K. */
export const MOST_SIDE = 8192;
const MOST_MOOV = 64 * 2 ** 20;
/** Boxes that stand before the list of tracks. */
const MOST_BOXES = 1000;

/** Rejects with a `ProblemError`: `redaction-source`, `redaction-source-too-large`. */
export async function readSourceFacts(path: string): Promise<SourceFacts> {
  const file = await open(path, 'r');
  try {
    return factsOf(await readMoov(file, (await file.stat()).size));
  } finally {
    await file.close();
  }
}

async function readMoov(file: FileHandle, bytes: number): Promise<Buffer> {
  if (bytes === 0) throw badSource('it is empty');
  const head = Buffer.alloc(16);
  for (let at = 0, count = 0; at + 8 <= bytes && count < MOST_BOXES; count++) {
    await file.read(head, 0, 16, at);
    const type = head.toString('latin1', 4, 8);
    if (count === 0 && type !== 'ftyp') throw badSource('it is not an MP4 file');
    const short = head.readUInt32BE(0);
    const size = short === 0 ? bytes - at : short === 1 ? Number(head.readBigUInt64BE(8)) : short;
    if (size < 8 || at + size > bytes) break;
    if (type === 'moov') {
      if (size > MOST_MOOV) throw sourceTooLarge('its list of pictures is longer than that of any clip');
      const moov = Buffer.alloc(size);
      await file.read(moov, 0, size, at);
      return moov;
    }
    at += size;
  }
  throw badSource('it is not complete');
}

function factsOf(moov: Buffer): SourceFacts {
  const [whole] = childBoxes(moov, 0, moov.length);
  if (!whole) throw badSource('it is not complete');
  checkLength(moov, childBox(moov, whole, 'mvhd'));
  const extends_ = childBox(moov, whole, 'mvex');
  const claimed = extends_ && childBox(moov, extends_, 'mehd');
  const timescale = timescaleOf(moov, childBox(moov, whole, 'mvhd'));
  if (claimed) checkSeconds(lengthField(moov, claimed) / timescale);
  const kinds = childBoxes(moov, whole.body, whole.end)
    .filter(({ type }) => type === 'trak')
    .map((track) => readTrack(moov, track));
  if (!kinds.includes('vide')) throw badSource('it has no picture');
  return { audio: kinds.includes('soun') };
}

function readTrack(moov: Buffer, track: Box): string {
  const media = childBox(moov, track, 'mdia');
  checkLength(moov, media && childBox(moov, media, 'mdhd'));
  const handler = media && childBox(moov, media, 'hdlr');
  const kind = handler ? moov.toString('latin1', handler.body + 8, handler.body + 12) : '';
  const header = childBox(moov, track, 'tkhd');
  if (kind === 'vide' && header && header.end - header.body >= 8) {
    // The last two fields, as fixed point.
    checkSide(moov.readUInt32BE(header.end - 8) / 65_536);
    checkSide(moov.readUInt32BE(header.end - 4) / 65_536);
  }
  return kind;
}

/** Of `mvhd` or `mdhd`: version, flags, two times, timescale, duration. */
function checkLength(moov: Buffer, box: Box | undefined): void {
  const timescale = timescaleOf(moov, box);
  if (!box) throw badSource('it is not complete');
  const long = moov[box.body] === 1;
  const fields = new Fields(moov, box);
  fields.skip(long ? 24 : 16);
  const length = long ? fields.u64() : fields.u32();
  // All bits set: not known.
  if (length === undefined || length === 2 ** 32 - 1 || length >= 2 ** 64 - 2 ** 12) return;
  checkSeconds(length / timescale);
}

function timescaleOf(moov: Buffer, box: Box | undefined): number {
  if (!box) throw badSource('it is not complete');
  const fields = new Fields(moov, box);
  fields.skip(moov[box.body] === 1 ? 20 : 12);
  return fields.u32() || 1;
}

/** Of `mehd`. */
function lengthField(moov: Buffer, box: Box): number {
  const fields = new Fields(moov, box);
  fields.skip(4);
  return (moov[box.body] === 1 ? fields.u64() : fields.u32()) ?? 0;
}

function checkSeconds(seconds: number): void {
  if (seconds > LONGEST_SECONDS)
    throw sourceTooLarge(`it says that it lasts more than ${LONGEST_SECONDS / 3600} hours`);
}

function checkSide(pixels: number): void {
  if (pixels > MOST_SIDE) throw sourceTooLarge(`its picture is ${Math.round(pixels)} pixels wide or high`);
}
