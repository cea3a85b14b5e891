/** A tone that a test speaks, and looks for in what was heard. */

/** Signed 16-bit little-endian mono samples of a sine, at half of full loudness. */
export function tone(hertz: number, seconds: number, sampleRate: number): Buffer {
  const pcm = Buffer.alloc(Math.round(seconds * sampleRate) * 2);
  for (let index = 0; index < pcm.length / 2; index++) {
    pcm.writeInt16LE(Math.round(16_000 * Math.sin((2 * Math.PI * hertz * index) / sampleRate)), index * 2);
  }
  return pcm;
}

/** How much of the sound is this tone, 0 to 1 (Goertzel's algorithm); 0 for silence. */
export function toneShare(samples: Int16Array, hertz: number, sampleRate: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hertz) / sampleRate);
  let [before, last, energy] = [0, 0, 0];
  for (const sample of samples) {
    [before, last] = [last, sample + coefficient * last - before];
    energy += sample * sample;
  }
  if (energy === 0) return 0;
  const power = before * before + last * last - coefficient * before * last;
  return Math.min(1, (2 * power) / (energy * samples.length));
}

export function samplesOf(pcm: Buffer): Int16Array {
  return Int16Array.from({ length: pcm.length >> 1 }, (_, index) => pcm.readInt16LE(index * 2));
}
