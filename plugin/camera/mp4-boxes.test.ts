import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeSampleMedia } from '../../test/support/sample-media.ts';
import { parseMoof } from './fragment-parser.ts';
import { parseMoov } from './init-segment.ts';
import { MediaParser } from './media-parser.ts';
import { BoxSplitter, childBoxes } from './mp4-boxes.ts';

let mp4: Buffer;

beforeAll(async () => {
  ({ mp4 } = await makeSampleMedia({ seconds: 2 }));
}, 60_000);

function box(type: string, body: Buffer, size = body.length + 8): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(size);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
}

function box64(type: string, body: Buffer, size = BigInt(body.length + 16)): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32BE(1);
  header.write(type, 4, 'latin1');
  header.writeBigUInt64BE(size, 8);
  return Buffer.concat([header, body]);
}

/** The stream in pieces that end at these places. */
function inPieces(data: Buffer, ends: number[]): Buffer[] {
  const cuts = [0, ...ends.map((end) => end % data.length).sort((a, b) => a - b), data.length];
  return cuts.slice(1).map((end, index) => data.subarray(cuts[index], end));
}

describe('the box splitter', () => {
  it('gives the same groups however the stream is cut, and loses no byte', () => {
    const whole = new BoxSplitter().push(mp4).map((group) => group.data);
    expect(whole.length).toBeGreaterThan(30);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), (ends) => {
        const splitter = new BoxSplitter();
        const groups = inPieces(mp4, ends).flatMap((piece) => splitter.push(piece));
        expect(Buffer.concat(groups.map((group) => group.data)).equals(Buffer.concat(whole))).toBe(true);
        expect(groups.length).toBe(whole.length);
      }),
      { numRuns: 50 },
    );
  });

  it('copies nothing that lies in one chunk', () => {
    const groups = new BoxSplitter().push(mp4);
    expect(groups.every((group) => group.data.buffer === mp4.buffer)).toBe(true);
  });

  it('reads 64-bit sizes', () => {
    const [group] = new BoxSplitter().push(
      Buffer.concat([box('moof', Buffer.alloc(4)), box64('mdat', Buffer.alloc(9))]),
    );
    expect(group?.boxes).toEqual([
      { type: 'moof', start: 0, body: 8, end: 12 },
      { type: 'mdat', start: 12, body: 28, end: 37 },
    ]);
  });

  it.each([
    ['a size smaller than its header', box('moof', Buffer.alloc(0), 7)],
    ['a size to the end of the file', box('mdat', Buffer.alloc(0), 0)],
    ['a size beyond all pictures', box('mdat', Buffer.alloc(0), 0x7fffffff)],
    ['a 64-bit size smaller than its header', box64('mdat', Buffer.alloc(0), 15n)],
    ['a 64-bit size beyond all numbers', box64('mdat', Buffer.alloc(0), 2n ** 64n - 1n)],
    ['boxes without end', Buffer.concat(Array.from({ length: 100 }, () => box('free', Buffer.alloc(0))))],
  ])('reports %s as broken, and takes nothing more', (_, data) => {
    const splitter = new BoxSplitter();
    expect(splitter.push(data)).toEqual([]);
    expect(splitter.broken).toBeTypeOf('string');
    expect(splitter.push(mp4)).toEqual([]);
  });

  it('never throws on any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (chunks) => {
        const splitter = new BoxSplitter({ maxBytes: 1000 });
        for (const chunk of chunks) splitter.push(Buffer.from(chunk));
        childBoxes(Buffer.concat(chunks), 0, 1e9);
      }),
    );
  });
});

describe('the parsers behind it', () => {
  it('never throw on a real stream with flipped bytes, or cut short', () => {
    const flip = fc.record({ at: fc.nat(), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(flip, { minLength: 1, maxLength: 30 }), fc.nat(), (flips, cut) => {
        const damaged = Buffer.from(mp4.subarray(0, cut % mp4.length));
        // Most flips near the front, where the headers are.
        for (const { at, value } of flips)
          if (damaged.length > 0) damaged[at % Math.min(damaged.length, 3000)] = value;
        const parser = new MediaParser();
        for (const part of parser.push(damaged)) {
          if (part.type !== 'packet') continue;
          expect(Number.isFinite(part.time)).toBe(true);
          expect(Number.isFinite(part.duration)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never throw on any body of moov and moof', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const data = Buffer.from(bytes);
        const whole = { type: 'moov', start: 0, body: 0, end: data.length };
        parseMoov(data, whole);
        parseMoof(data, whole, new Map());
      }),
    );
  });
});
