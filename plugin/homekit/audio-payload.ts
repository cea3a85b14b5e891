/** Puts one encoded audio frame into an RTP payload. */
import type { AudioEncoder } from './live-args.ts';

/** Sizes in an AU header have 13 bits (RFC 3640, mode AAC-hbr). */
const MAX_AU_BYTES = 0x1fff;

/**
 * Opus goes as it is (RFC 7587). AAC-ELD gets one AU header of 13 bits size and 3 bits index, after the length of all headers
 * in bits (RFC 3640, 3.2.1).
 */
export function audioPayload(encoder: AudioEncoder, frame: Buffer): Buffer {
  if (encoder === 'libopus') return frame;
  if (frame.length > MAX_AU_BYTES)
    throw new RangeError(`An AAC frame of ${frame.length} bytes is too large.`);
  const header = Buffer.of(0, 16, 0, 0);
  header.writeUInt16BE(frame.length << 3, 2);
  return Buffer.concat([header, frame]);
}
