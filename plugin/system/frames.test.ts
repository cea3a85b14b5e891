import { describe, expect, it } from 'vitest';
import { encodeFrame, type Frame, FrameDecoder, HEADER_MOST, PAYLOAD_MOST } from './frames.ts';

const frames: Frame<object>[] = [
  { header: { type: 'call', id: 1 }, payload: Buffer.alloc(0) },
  { header: {}, payload: Buffer.from([0, 1, 2, 255]) },
  { header: { name: 'Haustür', deep: [{ a: null }] }, payload: Buffer.from('text') },
];
const bytes = Buffer.concat(frames.map(({ header, payload }) => encodeFrame(header, payload)));

function decode(chunks: readonly Buffer[]): Frame<object>[] {
  const decoder = new FrameDecoder<object>();
  return chunks.flatMap((chunk) => [...decoder.push(chunk)]);
}

describe('frames', () => {
  it('are found wherever the bytes are split', () => {
    for (let at = 0; at <= bytes.length; at++) {
      expect(decode([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(frames);
    }
  });

  it('are found byte by byte', () => {
    expect(decode([...bytes].map((byte) => Buffer.from([byte])))).toEqual(frames);
  });

  it('are bounded, as they go out and as they come in', () => {
    expect(() => encodeFrame({ text: 'x'.repeat(HEADER_MOST) })).toThrow(RangeError);
    expect(() => encodeFrame({}, Buffer.alloc(PAYLOAD_MOST + 1))).toThrow(RangeError);
    for (const [header, payload] of [
      [HEADER_MOST + 1, 0],
      [2, PAYLOAD_MOST + 1],
      [0xffffffff, 0xffffffff],
    ] as const) {
      const prefix = Buffer.alloc(8);
      prefix.writeUInt32BE(header, 0);
      prefix.writeUInt32BE(payload, 4);
      expect(() => decode([prefix])).toThrow(RangeError);
    }
  });

  it('are not taken for frames when they are none', () => {
    const text = Buffer.from('not json');
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32BE(text.length, 0);
    expect(() => decode([prefix, text])).toThrow(SyntaxError);
  });
});
