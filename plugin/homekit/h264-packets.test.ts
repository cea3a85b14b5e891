import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nalUnits, rtpPayloads, unitsToSend } from './h264-packets.ts';

const unit = (type: number, bytes: number) =>
  Buffer.concat([Buffer.of(0x60 | type), Buffer.alloc(bytes - 1, type)]);

/** What a receiver does with the payloads (RFC 6184, section 7). */
function depacketize(payloads: Buffer[]): Buffer[] {
  const units: Buffer[] = [];
  let open: Buffer[] = [];
  for (const payload of payloads) {
    const type = (payload[0] ?? 0) & 0x1f;
    if (type === 24) units.push(...nalUnits(payload.subarray(1), 2));
    else if (type === 28) {
      const fu = payload[1] ?? 0;
      if (fu & 0x80) open = [Buffer.of(((payload[0] ?? 0) & 0xe0) | (fu & 0x1f))];
      open.push(payload.subarray(2));
      if (fu & 0x40) units.push(Buffer.concat(open));
    } else units.push(payload);
  }
  return units;
}

describe('H.264 in RTP', () => {
  it('gives back every NAL unit, in order, in payloads that fit', () => {
    const sizes = fc.array(fc.integer({ min: 2, max: 5000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 100, max: 1400 }), (lengths, maxBytes) => {
        const units = lengths.map((length, i) => unit(i % 2 ? 1 : 5, length));
        const payloads = rtpPayloads(units, maxBytes);
        expect(Math.max(...payloads.map((payload) => payload.length))).toBeLessThanOrEqual(maxBytes);
        expect(depacketize(payloads)).toEqual(units);
      }),
    );
  });

  it('sends small units together', () => {
    const payloads = rtpPayloads([unit(7, 20), unit(8, 6), unit(5, 3000)], 1178);
    expect(payloads.map((payload) => (payload[0] ?? 0) & 0x1f)).toEqual([24, 28, 28, 28]);
  });

  it.each([
    { name: 'an IDR picture gets the parameter sets', types: [5], sent: [7, 8, 5] },
    { name: 'unless it has its own', types: [7, 8, 5], sent: [7, 8, 5] },
    { name: 'other pictures go alone', types: [1, 1], sent: [1, 1] },
    { name: 'delimiters and filler are left out', types: [9, 6, 1, 12], sent: [6, 1] },
    { name: 'a delimiter before an IDR picture does not hide it', types: [9, 5], sent: [7, 8, 5] },
  ])('$name', ({ types, sent }) => {
    const units = unitsToSend(
      types.map((type) => unit(type, 10)),
      [unit(7, 12), unit(8, 5)],
    );
    expect(units.map((one) => (one[0] ?? 0) & 0x1f)).toEqual(sent);
  });

  it('never reads beyond a truncated sample', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(1, 2, 4), (bytes, lengthSize) => {
        const units = nalUnits(Buffer.from(bytes), lengthSize);
        const total = units.reduce((sum, one) => sum + one.length, 0);
        expect(total).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
