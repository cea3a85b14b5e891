/** How loud some sound is. */

/** Root mean square of signed 16-bit little-endian samples, 0 to 32768; 0 for nothing. */
export function loudness(pcm: Buffer): number {
  const samples = pcm.length >> 1;
  if (samples === 0) return 0;
  let sum = 0;
  for (let index = 0; index < samples; index++) sum += pcm.readInt16LE(index * 2) ** 2;
  return Math.sqrt(sum / samples);
}

/** About -40 dB: above the noise of a room in a phone's microphone, below a calm voice. */
export const VOICE_LOUDNESS = 330;
