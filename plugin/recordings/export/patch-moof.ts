import { childBox, childBoxes } from '../../camera/mp4-boxes.ts';

/**
 * A copy of a `moof` with another sequence number and all of its decode times moved by this many ticks, by track. Its length stays.
 * What cannot be read stays as it is.
 */
export function patchMoof(moof: Buffer, sequence: number, shifts: ReadonlyMap<number, number>): Buffer {
  const patched = Buffer.from(moof);
  const body = childBoxes(patched, 8, patched.length);
  const mfhd = body.find(({ type }) => type === 'mfhd');
  if (mfhd && mfhd.end >= mfhd.body + 8) patched.writeUInt32BE(sequence, mfhd.body + 4);
  for (const traf of body.filter(({ type }) => type === 'traf')) {
    const tfhd = childBox(patched, traf, 'tfhd');
    const tfdt = childBox(patched, traf, 'tfdt');
    // Version 1: the time has 64 bits, so that any other fits in its place.
    if (!tfhd || !tfdt || patched[tfdt.body] !== 1 || tfdt.end < tfdt.body + 12) continue;
    const shift = shifts.get(patched.readUInt32BE(tfhd.body + 4)) ?? 0;
    const time = Number(patched.readBigUInt64BE(tfdt.body + 4)) + shift;
    patched.writeBigUInt64BE(BigInt(Math.max(0, time)), tfdt.body + 4);
  }
  return patched;
}
