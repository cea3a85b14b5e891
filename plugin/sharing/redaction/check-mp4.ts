/**
 * Whether an MP4 holds what it shall and nothing else. The list of what may be in it is closed: every box, every field that could say when,
 * where or by what it was made, every byte of media and every unit of the picture is looked at.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { type Box, childBoxes, Fields } from '../../camera/mp4-boxes.ts';
import { box, fullBox, u32 } from '../../camera/mp4-build.ts';
import { checkPictureEntry, checkSoundEntry } from './check-entries.ts';
import { notClean } from './problems.ts';
import { type Chunk, readSamples, type Samples } from './read-samples.ts';

export interface ExpectedMp4 {
  frames: number;
  seconds: number;
  audio: boolean;
}

/** What each box may hold; boxes that are not here have fields and no boxes. */
const MAY_HOLD: Readonly<Record<string, readonly string[]>> = {
  '': ['ftyp', 'moov', 'free', 'mdat'],
  moov: ['mvhd', 'trak', 'udta'],
  trak: ['tkhd', 'mdia'],
  mdia: ['mdhd', 'hdlr', 'minf'],
  minf: ['vmhd', 'smhd', 'dinf', 'stbl'],
  dinf: ['dref'],
  stbl: ['stsd', 'stts', 'stss', 'stsc', 'stsz', 'stco', 'co64', 'sgpd', 'sbgp'],
};
/** ffmpeg writes a list of tags without a tag in it. */
const NO_TAGS = box(
  'udta',
  fullBox('meta', 0, 0, fullBox('hdlr', 0, 0, u32(0), Buffer.from('mdirappl'), Buffer.alloc(9)), box('ilst')),
);
/** The media are in this file itself. */
const OWN_MEDIA = fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1));
const HANDLER_NAMES = ['', 'VideoHandler', 'SoundHandler'];
const UNDETERMINED = 0x55c4;
const MOST_MOOV = 64 * 2 ** 20;
/** Seconds by which tracks may be longer or shorter than what was cut. */
const OFF = { picture: 0.001, sound: 0.2 };

/** Rejects with a `ProblemError`, `redaction-not-clean`. */
export async function checkMp4(path: string, expected: ExpectedMp4): Promise<void> {
  const file = await open(path, 'r');
  try {
    const top = await topBoxes(file);
    const names = top.map(({ type }) => type).filter((type) => type !== 'free');
    if (names.join() !== 'ftyp,moov,mdat') throw notClean(`it has the parts ${names.join(', ')}`);
    const room = top.find(({ type, body, end }) => type === 'free' && end !== body);
    if (room) throw notClean('it has room with something in it');
    const [moovBox, mdat] = [
      top.find(({ type }) => type === 'moov'),
      top.find(({ type }) => type === 'mdat'),
    ] as [Box, Box];
    const moov = await read(file, moovBox.start, moovBox.end, MOST_MOOV);
    const tracks = checkMoov(moov, expected);
    checkAllIsUsed(
      tracks.flatMap(({ chunks }) => chunks),
      mdat,
    );
    for (const track of tracks)
      if (track.lengthBytes !== undefined) await checkPictures(file, track, track.lengthBytes);
  } finally {
    await file.close();
  }
}

async function topBoxes(file: FileHandle): Promise<Box[]> {
  const { size } = await file.stat();
  const boxes: Box[] = [];
  for (let at = 0; at < size; ) {
    const head = await read(file, at, Math.min(size, at + 16), 16);
    if (head.length < 8) throw notClean('it is cut off');
    const short = head.readUInt32BE(0);
    const long = short === 1 && head.length === 16;
    const length = long ? Number(head.readBigUInt64BE(8)) : short;
    if (length < 8 || at + length > size) throw notClean('it is cut off');
    boxes.push({
      type: head.toString('latin1', 4, 8),
      start: at,
      body: at + (long ? 16 : 8),
      end: at + length,
    });
    at += length;
  }
  return boxes;
}

interface Track extends Samples {
  /** Of the length before each unit of the picture; undefined for sound. */
  lengthBytes: number | undefined;
}

function checkMoov(moov: Buffer, expected: ExpectedMp4): Track[] {
  const [root] = childBoxes(moov, 0, moov.length);
  if (!root) throw notClean('it is cut off');
  const inside = childrenOf(moov, root);
  checkTimes(moov, only(inside, 'mvhd'));
  for (const tags of inside.filter(({ type }) => type === 'udta'))
    if (!moov.subarray(tags.start, tags.end).equals(NO_TAGS)) throw notClean('it has tags');
  const tracks = inside
    .filter(({ type }) => type === 'trak')
    .map((track) => checkTrack(moov, track, expected));
  const kinds = tracks.map(({ lengthBytes }) => (lengthBytes === undefined ? 'sound' : 'picture')).join();
  if (kinds !== (expected.audio ? 'picture,sound' : 'picture')) throw notClean(`it has the tracks ${kinds}`);
  return tracks;
}

/** The boxes inside, which must be known ones and leave nothing between them. */
function childrenOf(data: Buffer, parent: Box): Box[] {
  const boxes = childBoxes(data, parent.body, parent.end);
  const allowed = MAY_HOLD[parent.type] ?? [];
  const foreign = boxes.find(({ type }) => !allowed.includes(type));
  if (foreign) throw notClean(`"${parent.type}" has a part "${foreign.type.replace(/[^\x20-\x7e]/g, '?')}"`);
  if ((boxes.at(-1)?.end ?? parent.body) !== parent.end)
    throw notClean(`"${parent.type}" has something between its parts`);
  return boxes;
}

function only(boxes: readonly Box[], type: string): Box {
  const [box, another] = boxes.filter((each) => each.type === type);
  if (!box || another) throw notClean(`it has not exactly one "${type}"`);
  return box;
}

function checkTrack(moov: Buffer, track: Box, expected: ExpectedMp4): Track {
  const inside = childrenOf(moov, track);
  checkTimes(moov, only(inside, 'tkhd'));
  const media = childrenOf(moov, only(inside, 'mdia'));
  const timescale = checkMediaHeader(moov, only(media, 'mdhd'));
  const kind = checkHandler(moov, only(media, 'hdlr'));
  const info = childrenOf(moov, only(media, 'minf'));
  const where = only(childrenOf(moov, only(info, 'dinf')), 'dref');
  if (!moov.subarray(where.start, where.end).equals(OWN_MEDIA))
    throw notClean('its media are somewhere else');
  const table = childrenOf(moov, only(info, 'stbl'));
  const samples = readSamples(moov, table);
  const seconds = samples.ticks / timescale;
  const isPicture = kind === 'vide';
  if (Math.abs(seconds - expected.seconds) > (isPicture ? OFF.picture : OFF.sound))
    throw notClean(`it lasts ${seconds.toFixed(2)} s instead of ${expected.seconds.toFixed(2)} s`);
  const entry = only(table, 'stsd');
  if (!isPicture) {
    checkSoundEntry(moov, entry);
    return { ...samples, lengthBytes: undefined };
  }
  if (samples.sizes.length !== expected.frames)
    throw notClean(`it has ${samples.sizes.length} pictures instead of ${expected.frames}`);
  return { ...samples, lengthBytes: checkPictureEntry(moov, entry) };
}

/** When something was made stands right after version and flags. */
function checkTimes(moov: Buffer, box: Box): void {
  const bytes = moov[box.body] === 1 ? 16 : 8;
  if (moov.subarray(box.body + 4, box.body + 4 + bytes).some((byte) => byte !== 0))
    throw notClean('it says when it was made');
}

/** Of `mdhd`; gives its timescale. */
function checkMediaHeader(moov: Buffer, box: Box): number {
  checkTimes(moov, box);
  const long = moov[box.body] === 1;
  const fields = new Fields(moov, box);
  fields.skip(long ? 20 : 12);
  const timescale = fields.u32() || 1;
  fields.skip(long ? 8 : 4);
  if (fields.u16() !== UNDETERMINED) throw notClean('it names a language');
  return timescale;
}

function checkHandler(moov: Buffer, box: Box): string {
  const kind = moov.toString('latin1', box.body + 8, box.body + 12);
  const name = moov.toString('latin1', box.body + 24, box.end).replace(/\0$/, '');
  if (kind !== 'vide' && kind !== 'soun') throw notClean(`it has a track of the kind "${kind}"`);
  if (!HANDLER_NAMES.includes(name)) throw notClean('a track has a name');
  return kind;
}

/** No byte of the media may be without a place in a track, where something could hide. */
function checkAllIsUsed(chunks: readonly Chunk[], mdat: Box): void {
  let at = mdat.body;
  for (const { offset, bytes } of chunks.toSorted((a, b) => a.offset - b.offset)) {
    if (offset !== at) throw notClean('it has media that belong to no track');
    at += bytes;
  }
  if (at !== mdat.end) throw notClean('it has media that belong to no track');
}

/** Slices of pictures (1 and 5) and nothing else: no messages, no parameters of another picture, no filler. */
const PICTURE_UNITS = [1, 5];

async function checkPictures(
  file: FileHandle,
  { chunks, sizes }: Samples,
  lengthBytes: number,
): Promise<void> {
  let next = 0;
  for (const chunk of chunks) {
    let at = chunk.offset;
    for (let count = 0; count < chunk.samples; count++) {
      const size = sizes[next++] ?? 0;
      const sample = await read(file, at, at + size, MOST_MOOV);
      at += size;
      for (let unit = 0; unit < sample.length; ) {
        if (unit + lengthBytes >= sample.length) throw notClean('a picture is cut off');
        const type = (sample[unit + lengthBytes] as number) & 0x1f;
        if (!PICTURE_UNITS.includes(type)) throw notClean(`its pictures have a part of the kind ${type}`);
        unit += lengthBytes + sample.readUIntBE(unit, lengthBytes);
        if (unit > sample.length) throw notClean('a picture is cut off');
      }
    }
  }
}

async function read(file: FileHandle, from: number, to: number, most: number): Promise<Buffer> {
  if (to - from > most || to < from) throw notClean('a part of it is too large');
  const data = Buffer.alloc(to - from);
  const { bytesRead } = await file.read(data, 0, data.length, from);
  if (bytesRead !== data.length) throw notClean('it is cut off');
  return data;
}
