const NAMES: Record<string, string> = {
  h264: 'H.264',
  hevc: 'H.265 (HEVC)',
  av1: 'AV1',
  mpeg4: 'MPEG-4',
  mjpeg: 'Motion JPEG',
  aac: 'AAC',
  opus: 'Opus',
  mp3: 'MP3',
  pcm_mulaw: 'G.711 (PCMU)',
  pcm_alaw: 'G.711 (PCMA)',
};

/** A codec as people know it, from ffmpeg's name of it. */
export function codecName(codec: string): string {
  return NAMES[codec] ?? codec;
}
