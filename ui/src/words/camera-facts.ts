import type { CameraInfo } from '../../../protocol/api.ts';
import { words } from './en.ts';

const CODEC_NAMES: Readonly<Record<string, string>> = {
  h264: 'H.264',
  hevc: 'H.265',
  aac: 'AAC',
  opus: 'Opus',
  pcm_mulaw: 'G.711',
  pcm_alaw: 'G.711',
};

/** A camera's stream in one line of small print; empty while nothing is known of it. */
export function cameraFacts({ video, audio }: Pick<CameraInfo, 'video' | 'audio'>): string {
  if (!video) return '';
  const say = words.camera;
  const facts = [say.facts(nameOf(video.codec), video.width, video.height)];
  if (video.fps) facts.push(say.fps(video.fps));
  if (video.gopMs) facts.push(say.gop((video.gopMs / 1000).toFixed(1).replace(/\.0$/, '')));
  facts.push(audio ? say.sound(nameOf(audio.codec), Math.round(audio.sampleRate / 100) / 10) : say.noSound);
  return facts.join(' · ');
}

function nameOf(codec: string): string {
  return CODEC_NAMES[codec] ?? codec;
}
