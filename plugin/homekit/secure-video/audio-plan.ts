/** What becomes of the camera's sound in a recording. */
import { SOUND_RATE } from './recording-options.ts';

export interface RecordedAudio {
  codecString: string;
  sampleRate?: number | undefined;
  channels?: number | undefined;
}

export type AudioPlan = 'copy' | 'transcode' | 'none';

/** AAC-LC, RFC 6381. */
const AAC_LC = 'mp4a.40.2';

/**
 * A camera without sound gets no sound track, although the Home app may allow one: home hubs take recordings without, and
 * silence that nobody heard would be an invention. (homebridge-unifi-protect does the same; Scrypted adds silence.)
 */
export function planAudio(
  audio: RecordedAudio | undefined,
  { wanted, ffmpeg }: { wanted: boolean; ffmpeg: boolean },
): AudioPlan {
  if (!wanted || !audio) return 'none';
  const fits = audio.codecString === AAC_LC && audio.sampleRate === SOUND_RATE && (audio.channels ?? 1) === 1;
  if (fits) return 'copy';
  return ffmpeg ? 'transcode' : 'none';
}
