/** Decides where a decoder may start. */

/** Even at 120 frames a second pictures are 8 ms apart. */
const SAME_PICTURE_SECONDS = 0.004;

export interface VideoPacket {
  /** Decode time in seconds. */
  time: number;
  /** Whether the stream flags it as a sync sample. */
  sync: boolean;
}

/**
 * True for the first packet of a sync picture. Encoders with sliced threads deliver one picture as several packets, each
 * flagged as sync and almost no time apart; a decoder that starts on the second shows half a picture.
 */
export function startsKeyframe(packet: VideoPacket, previous: VideoPacket | undefined): boolean {
  if (!packet.sync) return false;
  if (!previous) return true;
  return !samePicture(packet.time, previous.time);
}

/** Whether two packets in a row, by their decode times in seconds, are parts of one picture. */
export function samePicture(time: number, previous: number): boolean {
  const gap = time - previous;
  return gap >= 0 && gap < SAME_PICTURE_SECONDS;
}
