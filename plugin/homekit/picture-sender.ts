/** Sends H.264 pictures as RTP (RFC 6184), each at its place in the session. */
import { nalUnits, rtpPayloads, unitsToSend } from './h264-packets.ts';
import type { AvcConfig } from './mp4-samples.ts';
import type { RtpStream } from './rtp-stream.ts';

export interface PictureSenderOptions {
  rtp: RtpStream;
  /** Largest RTP payload, in bytes. */
  maxPayload: number;
  /** Called for each picture sent. */
  onPicture: () => void;
}

export interface PictureSender {
  /**
   * @param seconds session time
   * @returns the number of bytes sent
   */
  send(picture: Buffer, seconds: number, config: AvcConfig): number;
}

const TICK = 1 / 90_000;
/** Where one stream takes over from another, the new one begins a little before the end of the old one. */
const OVERLAP_SECONDS = 1;

export function createPictureSender({ rtp, maxPayload, onPicture }: PictureSenderOptions): PictureSender {
  let last = Number.NEGATIVE_INFINITY;
  return {
    send(picture, seconds, config) {
      const units = unitsToSend(nalUnits(picture, config.lengthSize), config.parameterSets);
      const payloads = rtpPayloads(units, maxPayload);
      if (payloads.length === 0) return 0;
      // Two pictures of one time are one picture to a viewer.
      const overlaps = seconds <= last && seconds > last - OVERLAP_SECONDS;
      last = overlaps ? last + TICK : seconds;
      for (const [i, payload] of payloads.entries()) rtp.send(payload, last, i === payloads.length - 1);
      onPicture();
      return picture.length;
    },
  };
}
