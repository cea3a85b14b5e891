/** Changes the sample rate of speech as it comes. */

/** Half the length of the filter, in samples of the lower rate: some 2 ms of delay at 8 kHz. */
const HALF_WIDTH = 16;
/** Leaves room for the filter's slope below the half of the lower rate, above which sound would fold back. */
const PASS_BAND = 0.92;

/** A windowed sinc filter (Hann). Takes and gives signed 16-bit little-endian mono samples, in pieces of any whole length. */
export function createResampler(from: number, to: number): (pcm: Buffer) => Buffer {
  if (from === to) return (pcm) => pcm;
  const cutoff = Math.min(1, to / from) * PASS_BAND;
  const reach = Math.ceil(HALF_WIDTH / Math.min(1, to / from));
  const step = from / to;
  let samples = new Float64Array(reach);
  /** Where the next output sample lies, in input samples from the beginning of `samples`. */
  let position = reach;
  const weight = (distance: number) => {
    const x = Math.PI * distance * cutoff;
    const sinc = distance === 0 ? 1 : Math.sin(x) / x;
    return cutoff * sinc * (0.5 + 0.5 * Math.cos((Math.PI * distance) / (reach + 1)));
  };
  const at = (center: number) => {
    const middle = Math.floor(center);
    let sum = 0;
    for (let index = middle - reach + 1; index <= middle + reach; index++) {
      sum += (samples[index] ?? 0) * weight(center - index);
    }
    return Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  };
  return (pcm) => {
    const grown = new Float64Array(samples.length + (pcm.length >> 1));
    grown.set(samples);
    for (let index = samples.length; index < grown.length; index++) {
      grown[index] = pcm.readInt16LE((index - samples.length) * 2);
    }
    samples = grown;
    const out: number[] = [];
    for (; Math.floor(position) + reach < samples.length; position += step) out.push(at(position));
    const used = Math.max(0, Math.floor(position) - reach);
    samples = samples.slice(used);
    position -= used;
    return Buffer.from(Int16Array.from(out).buffer);
  };
}
