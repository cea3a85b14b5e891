/** G.711: one byte a sample, by a table made once (ITU-T G.711). */

export type G711Law = 'PCMU' | 'PCMA';

const BIAS = 0x84;
const CLIP = 32_635;

function muLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), CLIP) + BIAS;
  const exponent = 31 - Math.clz32(magnitude) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

function aLaw(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80;
  const magnitude = Math.min(sample < 0 ? ~sample : sample, 32_767) >> 3;
  const exponent = Math.max(0, 31 - Math.clz32(magnitude | 1) - 4);
  const mantissa = (magnitude >> Math.max(1, exponent)) & 0x0f;
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}

/** An encoder from signed 16-bit little-endian samples; a last odd byte is left out. */
export function createG711(law: G711Law): (pcm: Buffer) => Buffer {
  const encode = law === 'PCMU' ? muLaw : aLaw;
  const table = Uint8Array.from({ length: 0x10000 }, (_, index) => encode((index << 16) >> 16));
  return (pcm) => {
    const bytes = Buffer.allocUnsafe(pcm.length >> 1);
    for (let index = 0; index < bytes.length; index++) bytes[index] = table[pcm.readUInt16LE(index * 2)] ?? 0;
    return bytes;
  };
}
