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
  const holder = root && (type === 'trak' ? childBox(copy, root, 'tkhd') : root);
  if (!holder) return undefined;
  // After version and flags; `tkhd` has two times before it, 4 or 8 bytes each.
  const at = holder.body + (type === 'trex' ? 4 : copy.readUInt8(holder.body) === 1 ? 20 : 12);
  if (at + 4 <= holder.end) copy.writeUInt32BE(id, at);
  return copy;
}

const present = (parts: (Buffer | undefined)[]) => parts.filter((part) => part !== undefined);
const whole = (data: Buffer, box: Box) => data.subarray(box.start, box.end);
