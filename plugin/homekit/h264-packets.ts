/** H.264 into RTP payloads: packetization mode 1, non-interleaved (RFC 6184). */

const NAL = { idr: 5, sps: 7, pps: 8, delimiter: 9, endOfSequence: 10, endOfStream: 11, filler: 12 } as const;
const STAP_A = 24;
const FU_A = 28;
/** They mean nothing in RTP, where a timestamp separates pictures. */
const DROPPED = new Set<number>([NAL.delimiter, NAL.endOfSequence, NAL.endOfStream, NAL.filler]);

const typeOf = (nal: Buffer) => (nal[0] ?? 0) & 0x1f;

/** Splits a sample of an MP4 file into its NAL units; a truncated last one is left out. */
export function nalUnits(sample: Buffer, lengthSize: number): Buffer[] {
  const units: Buffer[] = [];
  let at = 0;
  while (at + lengthSize <= sample.length) {
    const length = sample.readUIntBE(at, lengthSize);
    at += lengthSize;
    if (at + length > sample.length) break;
    if (length > 0) units.push(sample.subarray(at, at + length));
    at += length;
  }
  return units;
}

/**
 * The NAL units to send for one picture. A viewer has no other source of the parameter sets, so they go before each IDR
 * picture that does not bring its own.
 */
export function unitsToSend(units: readonly Buffer[], parameterSets: readonly Buffer[]): Buffer[] {
  const kept = units.filter((unit) => !DROPPED.has(typeOf(unit)));
  const needsSets =
    kept.some((unit) => typeOf(unit) === NAL.idr) && !kept.some((unit) => typeOf(unit) === NAL.sps);
  return needsSets ? [...parameterSets, ...kept] : kept;
}

/** RTP payloads of at most `maxBytes` for the NAL units of one picture, in order; the last one carries the marker. */
export function rtpPayloads(units: readonly Buffer[], maxBytes: number): Buffer[] {
  const payloads: Buffer[] = [];
  let small: Buffer[] = [];
  let smallBytes = 1;
  const flush = () => {
    const [first] = small;
    if (first) payloads.push(small.length === 1 ? first : aggregate(small));
    small = [];
    smallBytes = 1;
  };
  for (const unit of units) {
    if (unit.length > maxBytes) {
      flush();
      payloads.push(...fragments(unit, maxBytes));
      continue;
    }
    if (smallBytes + 2 + unit.length > maxBytes) flush();
    small.push(unit);
    smallBytes += 2 + unit.length;
  }
  flush();
  return payloads;
}

function aggregate(units: readonly Buffer[]): Buffer {
  // Section 5.7.1: the highest importance of the units in it.
  const importance = Math.max(...units.map((unit) => (unit[0] ?? 0) & 0x60));
  const parts: Buffer[] = [Buffer.of(importance | STAP_A)];
  for (const unit of units) {
    const size = Buffer.alloc(2);
    size.writeUInt16BE(unit.length);
    parts.push(size, unit);
  }
  return Buffer.concat(parts);
}

function fragments(unit: Buffer, maxBytes: number): Buffer[] {
  const header = unit[0] ?? 0;
  const indicator = (header & 0xe0) | FU_A;
  const step = maxBytes - 2;
  const pieces: Buffer[] = [];
  for (let at = 1; at < unit.length; at += step) {
    const start = at === 1 ? 0x80 : 0;
    const end = at + step >= unit.length ? 0x40 : 0;
    pieces.push(
      Buffer.concat([Buffer.of(indicator, start | end | (header & 0x1f)), unit.subarray(at, at + step)]),
    );
  }
  return pieces;
}
