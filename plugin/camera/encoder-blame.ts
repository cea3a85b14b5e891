/** Decides whether the encoder is why a masked stream could not be read. */
import type { ReaderEnd } from './reader-problem.ts';
import type { VideoEncoder } from './video-encoder.ts';

/** What ffmpeg says of a device that encodes, before it has given that to an encoder. */
const DEVICE = /AVHW(?:Device|Frames)Context|Device creation failed|hwupload/i;
/** An encoder that was never given a picture has its name in these, too. */
const NO_PICTURE = /before EOF|No filtered frames/i;

/**
 * Only when ffmpeg itself names it. A camera that stalls, or an ffmpeg that was killed, says nothing of it; and an encoder that gave
 * pictures can encode.
 *
 * @param began whether the connection gave pictures
 */
export function blamesEncoder(
  end: ReaderEnd,
  { name, hardware }: Pick<VideoEncoder, 'name' | 'hardware'>,
  { began }: { began: boolean },
): boolean {
  if (!hardware || began || end.kind !== 'exit' || end.exit.signal !== null) return false;
  return end.exit.stderrTail.some(
    (line) => (line.includes(name) || DEVICE.test(line)) && !NO_PICTURE.test(line),
  );
}
