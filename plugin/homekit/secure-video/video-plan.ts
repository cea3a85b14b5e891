/** Whether the camera's pictures go into a recording as they are, or have to be encoded anew. */
import {
  fillsFragments,
  GOP_TOLERANCE_MS,
  isProfileForHomeKit,
  isSizeForHomeKit,
} from '../../camera/homekit-limits.ts';

export interface RecordedVideo {
  /** As ffmpeg names it. */
  codec: string;
  /** RFC 6381: `avc1.4d401f`. */
  codecString: string;
  width: number;
  height: number;
  /** Keyframe distance in ms as measured; undefined while nobody knows. */
  gopMs?: number | undefined;
  /** Pictures come in another order than they are shown (B-frames). */
  reordered?: boolean;
}

export type VideoPlan = { how: 'copy' } | { how: 'transcode'; why: string };

/**
 * Home hubs take another size or bit rate than they selected, as long as it is no larger than level 4.0, so copying wins
 * wherever the fragments come out right.
 */
export function planVideo(video: RecordedVideo, { fragmentMs }: { fragmentMs: number }): VideoPlan {
  const { codec, gopMs } = video;
  if (codec !== 'h264') return transcode(`${codec} is not H.264`);
  if (!isProfileForHomeKit(profileOf(video.codecString)))
    return transcode('its H.264 profile is not for HomeKit');
  if (!isSizeForHomeKit(video)) return transcode('the picture is too large for HomeKit');
  if (video.reordered) return transcode('it has B-frames');
  if (gopMs === undefined) return { how: 'copy' };
  if (gopMs > fragmentMs + GOP_TOLERANCE_MS)
    return transcode(`its keyframes are more than ${seconds(fragmentMs)} apart`);
  if (!fillsFragments(gopMs, fragmentMs))
    return transcode(`its keyframes, ${seconds(gopMs)} apart, do not divide ${seconds(fragmentMs)}`);
  return { how: 'copy' };
}

const transcode = (why: string): VideoPlan => ({ how: 'transcode', why });
const profileOf = (codecString: string) => Number.parseInt(codecString.slice(5, 7), 16);
const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;
