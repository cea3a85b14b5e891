/** Box arithmetic that makes one MP4 with two tracks out of two MP4s with one track each. */
import { type Box, childBox, childBoxes } from './mp4-boxes.ts';
import { box } from './mp4-build.ts';

export const VIDEO_TRACK = 1;
export const AUDIO_TRACK = 2;

interface HeaderBytes {
  data: Buffer;
  moov: Box;
}

/** `ftyp` + `moov` with the video as track 1 and the audio, where there is any, as track 2. */
export function joinHeaders(video: HeaderBytes, audio: HeaderBytes | undefined): Buffer {
  const traks = [numbered(video, 'trak', VIDEO_TRACK), audio && numbered(audio, 'trak', AUDIO_TRACK)];
  const trexes = [numbered(video, 'trex', VIDEO_TRACK), audio && numbered(audio, 'trex', AUDIO_TRACK)];
  const mvhd = childBox(video.data, video.moov, 'mvhd');
  const moov = box(
    'moov',
    ...(mvhd ? [whole(video.data, mvhd)] : []),
    ...present(traks),
    box('mvex', ...present(trexes)),
  );
  const before = video.data.subarray(0, video.moov.start);
  return Buffer.concat([before, moov]);
}

/** Gives a `moof` its place in the joined stream. Writes into its bytes, which belong to nobody else yet. */
export function renumberPacket(
  packet: { data: Buffer; moof: Box },
  numbers: { track: number; sequence: number },
): void {
  const { data, moof } = packet;
  const mfhd = childBox(data, moof, 'mfhd');
  const traf = childBox(data, moof, 'traf');
  const tfhd = traf && childBox(data, traf, 'tfhd');
  if (mfhd && mfhd.end - mfhd.body >= 8) data.writeUInt32BE(numbers.sequence >>> 0, mfhd.body + 4);
  if (tfhd && tfhd.end - tfhd.body >= 8) data.writeUInt32BE(numbers.track, tfhd.body + 4);
}

/** A copy of the first `trak` or `trex`, with another track id. */
function numbered({ data, moov }: HeaderBytes, type: 'trak' | 'trex', id: number): Buffer | undefined {
  const parent = type === 'trak' ? moov : childBox(data, moov, 'mvex');
  const original = parent && childBox(data, parent, type);
  if (!original) return undefined;
  const copy = Buffer.from(whole(data, original));
  const root = childBoxes(copy, 0, copy.length)[0];
  if (root && type === 'trak') nameHevcForApple(copy, root);
  const holder = root && (type === 'trak' ? childBox(copy, root, 'tkhd') : root);
  if (!holder) return undefined;
  // After version and flags; `tkhd` has two times before it, 4 or 8 bytes each.
  const at = holder.body + (type === 'trex' ? 4 : copy.readUInt8(holder.body) === 1 ? 20 : 12);
  if (at + 4 <= holder.end) copy.writeUInt32BE(id, at);
  return copy;
}

/**
 * Safari and HomeKit play HEVC as `hvc1` alone; ffmpeg writes `hev1`. They differ in where parameter sets may be: `hvc1` says that
 * `hvcC` has them all (`array_completeness`, ISO/IEC 14496-15, 8.3.3.1), which is so until the camera changes its picture.
 */
function nameHevcForApple(data: Buffer, trak: Box): void {
  const stsd = ['mdia', 'minf', 'stbl', 'stsd'].reduce<Box | undefined>(
    (parent, type) => parent && childBox(data, parent, type),
    trak,
  );
  const entry = stsd && childBoxes(data, stsd.body + 8, stsd.end)[0];
  if (entry?.type !== 'hev1') return;
  data.write('hvc1', entry.start + 4, 'latin1');
  const config = childBoxes(data, entry.body + 78, entry.end).find(({ type }) => type === 'hvcC');
  if (config) markComplete(data, config);
}

/** Sets the top bit of each array in `hvcC`: its type (1 byte), how many (2), and each with its length (2). */
function markComplete(data: Buffer, config: Box): void {
  let at = config.body + 23;
  if (at > config.end) return;
  for (let arrays = data.readUInt8(config.body + 22); arrays > 0 && at + 3 <= config.end; arrays--) {
    data.writeUInt8(data.readUInt8(at) | 0x80, at);
    let units = data.readUInt16BE(at + 1);
    for (at += 3; units > 0 && at + 2 <= config.end; units--) at += 2 + data.readUInt16BE(at);
  }
}

const present = (parts: (Buffer | undefined)[]) => parts.filter((part) => part !== undefined);
const whole = (data: Buffer, box: Box) => data.subarray(box.start, box.end);
