/** What browsers tell of a video's sound; each its own way. */
interface SoundHints {
  audioTracks?: { length: number };
  mozHasAudio?: boolean;
  webkitAudioDecodedByteCount?: number;
}

/** Whether the video has sound, as far as the browser knows by now. */
export function hasSound(video: HTMLVideoElement): boolean {
  const { audioTracks, mozHasAudio, webkitAudioDecodedByteCount } = video as SoundHints;
  return Boolean(audioTracks?.length || mozHasAudio || webkitAudioDecodedByteCount);
}
