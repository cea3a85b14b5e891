import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRtcp, ReturnOrder, readReturnPacket } from './return-packets.ts';
import { Speech } from './speech.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');

describe('a packet from a viewer', () => {
  it.each([
    ['a receiver report', '81c90001 00000007', true],
    ['a sender report', '80c80006 00000007', true],
    ['speech', '806e0001 00000001 00000007 aa', false],
    ['speech with a marker', '80ee0001 00000001 00000007 aa', false],
    ['comfort noise', '800d0001 00000001 00000007 aa', false],
    ['too short', '81c9', false],
  ])('is RTCP or not: %s', (_name, bytes, expected) => {
    expect(isRtcp(hex(bytes))).toBe(expected);
  });

  it.each([
    ['as it is', '806e0005 00000001 00000007 aabb', { payloadType: 110, sequence: 5, payload: hex('aabb') }],
    ['with padding', 'a0ee0005 00000001 00000007 aabb0002', { payload: hex('aabb') }],
    ['with an extension', '906e0005 00000001 00000007 bede0001 11223344 aabb', { payload: hex('aabb') }],
    ['with more padding than there is', 'a06e0005 00000001 00000007 aabb00ff', undefined],
    ['too short', '806e0005', undefined],
  ])('is read %s', (_name, bytes, expected) => {
    const read = readReturnPacket(hex(bytes));
    if (expected) expect(read).toMatchObject(expected);
    else expect(read).toBeUndefined();
  });
});

describe('the order of packets', () => {
  const give = (sequences: readonly number[]) => {
    const order = new ReturnOrder();
    return sequences.map((sequence) =>
      order.push(sequence, Buffer.of(sequence & 0xff)).map((payload) => payload[0]),
    );
  };

  it.each([
    ['all in order', [1, 2, 3], [[1], [2], [3]]],
    ['two changed places', [1, 3, 2, 4], [[1], [], [2, 3], [4]]],
    ['one twice', [1, 2, 2, 3], [[1], [2], [], [3]]],
    ['one lost: it is waited for, and then given up', [1, 3, 4, 5, 6], [[1], [], [], [3, 4, 5], [6]]],
    ['two lost', [1, 3, 5, 6, 7, 8, 9], [[1], [], [], [3], [5, 6, 7], [8], [9]]],
    ['one that comes too late', [1, 3, 4, 5, 2, 6], [[1], [], [], [3, 4, 5], [], [6]]],
    ['around the wrap', [65_534, 0, 65_535, 1], [[0xfe], [], [0xff, 0], [1]]],
    ['a new beginning', [100, 101, 20_000, 20_001], [[100], [101], [0x20], [0x21]]],
    ['a new beginning, backwards', [20_000, 5, 6], [[0x20], [5], [6]]],
  ])('%s', (_name, sequences, expected) => {
    expect(give(sequences)).toEqual(expected);
  });

  it('gives each packet once at most, and never an earlier one after a later', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1 }), (sequences) => {
        const given = give(sequences).flat();
        expect(given).toEqual([...new Set(given)].sort((a, b) => (a ?? 0) - (b ?? 0)));
      }),
    );
  });
});

describe('speech', () => {
  const loud = Buffer.alloc(640, 0x20);
  it('is on while somebody speaks, and in the pauses between words', () => {
    const speech = new Speech();
    expect(speech.isOn(0)).toBe(false);
    speech.hear(Buffer.alloc(640), 0);
    expect(speech.isOn(0)).toBe(false);
    speech.hear(loud, 1000);
    speech.hear(Buffer.alloc(640), 1020);
    expect([speech.isOn(1000), speech.isOn(1499), speech.isOn(1500)]).toEqual([true, true, false]);
  });
});
