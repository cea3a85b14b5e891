/** Learns, from a reader that ended at once, what to do with the camera's sound. */
import type { Exit } from '../system/child.ts';

/**
 * What becomes of the camera's sound: taken as it is, changed to AAC where MP4 cannot hold it (G.711, which many doorbells
 * send), or left out.
 */
export type AudioPlan = 'copy' | 'aac' | 'none';

/** The plan to try next, or undefined when the sound was not the reason. */
export function nextAudioPlan(plan: AudioPlan, exit: Pick<Exit, 'stderrTail'>): AudioPlan | undefined {
  if (plan === 'none') return undefined;
  const said = exit.stderrTail.join('\n');
  if (/Stream map '0:a:0' matches no streams|does not contain any stream/i.test(said)) return 'none';
  // MP4 holds AAC and Opus, but not the G.711 that many doorbells send.
  const noTag = /Could not find tag for codec (?!h26|hevc|mjpeg)/i;
  // The sound is the second output; the same about the first one is the picture's fault. ffmpeg 6 changed the words.
  const noHeader = /Could not write header for output file #1|\[out#1\/mp4.*Could not write header/i;
  if (plan === 'copy' && (noTag.test(said) || noHeader.test(said))) return 'aac';
  if (plan === 'aac' && /Decoder .*not found|Decoding requested, but no decoder|Unknown encoder/i.test(said))
    return 'none';
  return undefined;
}
