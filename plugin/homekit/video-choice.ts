/** Whether a viewer gets the camera's pictures as they are, or made smaller or into another codec. */

export interface CameraVideo {
  /** As ffmpeg names it. */
  codec: string;
  width: number;
  height: number;
}

export interface WantedVideo {
  width: number;
  height: number;
  /** Through a home hub from outside, over a narrow line. */
  remote: boolean;
}

export type VideoChoice = { how: 'copy' } | { how: 'transcode'; why: string };

/** H.264 level 4.0, the highest that HomeKit knows, in macroblocks of 16x16 pixels (H.264, table A-1). */
const MAX_MACROBLOCKS = 8192;
/** HomeKit asks for this or less only on behalf of a watch, which cannot decode more. */
const WATCH_WIDTH = 320;

/** Viewers at home scale well themselves, so copying beats transcoding even where the picture is larger than asked for. */
export function chooseVideo(camera: CameraVideo, wanted: WantedVideo): VideoChoice {
  if (camera.codec !== 'h264') return transcode(`${camera.codec} is not H.264`);
  if (macroblocks(camera) > MAX_MACROBLOCKS) return transcode('the picture is too large for HomeKit');
  const fits = camera.width <= wanted.width && camera.height <= wanted.height;
  if (!fits && wanted.width <= WATCH_WIDTH) return transcode('a watch needs a small picture');
  if (!fits && wanted.remote) return transcode('the viewer is away from home');
  return { how: 'copy' };
}

const transcode = (why: string): VideoChoice => ({ how: 'transcode', why });

const macroblocks = ({ width, height }: CameraVideo) => Math.ceil(width / 16) * Math.ceil(height / 16);
