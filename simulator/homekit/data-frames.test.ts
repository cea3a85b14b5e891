import { describe, expect, it } from 'vitest';
import { type DataMessage, deriveStreamKeys, FrameOpener, FrameSealer } from './data-frames.ts';

const KEY = Buffer.alloc(32, 5);
const MESSAGES: DataMessage[] = [
  { header: { protocol: 'control', request: 'hello', id: 1 }, message: {} },
  { header: { protocol: 'dataSend', event: 'data' }, message: { data: Buffer.alloc(300_000, 3) } },
  { header: { protocol: 'dataSend', event: 'close' }, message: { streamId: 1, reason: 0 } },
];

function sealed(): Buffer {
  const sealer = new FrameSealer(KEY);
  return Buffer.concat(MESSAGES.map((message) => sealer.seal(message)));
}

describe('frames of a data stream', () => {
  it.each([1, 7, 1000, 1_000_000])('are opened in pieces of %i bytes', (size) => {
    const opener = new FrameOpener(KEY);
    const bytes = sealed();
    const opened: DataMessage[] = [];
    for (let at = 0; at < bytes.length; at += size)
      opened.push(...opener.push(bytes.subarray(at, at + size)));
    expect(opened).toEqual(MESSAGES);
  });

  it('are refused when a byte is changed, the order is another, or the key', () => {
    const bytes = sealed();
    const changed = Buffer.from(bytes);
    changed[10] = (changed[10] ?? 0) ^ 1;
    expect(() => [...new FrameOpener(KEY).push(changed)]).toThrow();
    const sealer = new FrameSealer(KEY);
    const [first, second] = MESSAGES.map((message) => sealer.seal(message));
    expect(() => [...new FrameOpener(KEY).push(Buffer.concat([second ?? KEY, first ?? KEY]))]).toThrow();
    expect(() => [...new FrameOpener(Buffer.alloc(32)).push(bytes)]).toThrow();
  });

  it('have a key for each direction', () => {
    const { toAccessory, fromAccessory } = deriveStreamKeys(Buffer.alloc(32, 1), Buffer.alloc(64, 2));
    expect(toAccessory).toHaveLength(32);
    expect(toAccessory).not.toEqual(fromAccessory);
  });
});
