/** Notices that an H.264 or HEVC stream has changed its sequence parameter set, and with it size or profile. */
import type { InitTrack } from './init-segment.ts';

/**
 * Compares the sequence parameter set that a keyframe carries with the one known so far.
 * The first one seen in band is the measure, because some cameras announce another one in their SDP; while keyframes carry
 * none, it is the one of the header.
 *
 * @param sample the bytes of the keyframe, NAL units with a length before each
 */
export function changedParameters(
  track: Pick<InitTrack, 'codec' | 'config'>,
  sample: Buffer,
  known: Buffer | undefined,
): { parameters: Buffer | undefined; changed: boolean } {
  const found = sequenceParameterSet(track, sample);
  if (!found) return { parameters: known ?? headerParameterSet(track), changed: false };
  // A copy: the view would keep the whole keyframe in memory.
  if (!known) return { parameters: Buffer.from(found), changed: false };
  if (found.equals(known)) return { parameters: known, changed: false };
  return { parameters: Buffer.from(found), changed: true };
}

function sequenceParameterSet({ codec, config }: Pick<InitTrack, 'codec' | 'config'>, sample: Buffer) {
  const lengthAt = codec === 'h264' ? 4 : codec === 'hevc' ? 21 : undefined;
  if (lengthAt === undefined || !config || config.length <= lengthAt) return undefined;
  const lengthBytes = (config.readUInt8(lengthAt) & 3) + 1;
  for (let at = 0; at + lengthBytes < sample.length; ) {
    const start = at + lengthBytes;
    const end = start + sample.readUIntBE(at, lengthBytes);
    if (end > sample.length) return undefined;
    const first = sample.readUInt8(start);
    if (codec === 'h264' ? (first & 0x1f) === 7 : ((first >> 1) & 0x3f) === 33)
      return sample.subarray(start, end);
    at = end;
  }
  return undefined;
}

/** The first SPS of `avcC`. For HEVC the first in-band one has to do. */
function headerParameterSet({ codec, config }: Pick<InitTrack, 'codec' | 'config'>): Buffer | undefined {
  if (codec !== 'h264' || !config || config.length < 8 || (config.readUInt8(5) & 0x1f) === 0)
    return undefined;
  const size = config.readUInt16BE(6);
  return 8 + size <= config.length ? Buffer.from(config.subarray(8, 8 + size)) : undefined;
}
