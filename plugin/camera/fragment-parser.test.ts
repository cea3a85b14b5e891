import { describe, expect, it } from 'vitest';
import { parseMoof } from './fragment-parser.ts';
import { childBoxes } from './mp4-boxes.ts';
import type { SampleDefaults } from './track-runs.ts';

const u32 = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => void bytes.writeUInt32BE(value >>> 0, index * 4));
  return bytes;
};

function box(type: string, ...contents: Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
}

function parse(
  traf: Buffer[],
  defaults: Map<number, SampleDefaults> = new Map([[1, { duration: 7, size: 0, flags: 0x10000 }]]),
) {
  const data = box('moof', box('mfhd', u32(0, 1)), box('traf', ...traf));
  const moof = childBoxes(data, 0, data.length)[0];
  return moof && parseMoof(data, moof, defaults);
}

const SYNC = 0x2000000;
const NON_SYNC = 0x1010000;
const tfdt = box('tfdt', u32(0, 1000));

describe('the first traf of a moof', () => {
  it.each([
    ['first_sample_flags count most', [u32(0x20020, 1, NON_SYNC), u32(0x5, 1, 0, SYNC)], true],
    [
      'first_sample_flags count most, the other way',
      [u32(0x20020, 1, SYNC), u32(0x5, 1, 0, NON_SYNC)],
      false,
    ],
    ['then the flags of the sample', [u32(0x20020, 1, NON_SYNC), u32(0x401, 1, 0, SYNC)], true],
    ['then the default of tfhd', [u32(0x20020, 1, SYNC), u32(0x1, 1, 0)], true],
    ['then the default of trex', [u32(0x20000, 1), u32(0x1, 1, 0)], false],
  ])('%s', (_, [tfhd, trun], sync) => {
    expect(parse([box('tfhd', tfhd as Buffer), tfdt, box('trun', trun as Buffer)])?.sync).toBe(sync);
  });

  it('skips the optional fields of tfhd', () => {
    const tfhd = box('tfhd', u32(0x3b, 3, 0, 99, 2, 512, 600, SYNC));
    expect(parse([tfhd, tfdt, box('trun', u32(0x1, 2, 0))])).toEqual({
      track: 3,
      time: 1000,
      duration: 1024,
      samples: 2,
      sync: true,
    });
  });

  it('adds up the durations of the samples', () => {
    const trun = box('trun', u32(0x701, 3, 0, 10, 500, SYNC, 20, 500, NON_SYNC, 30, 500, NON_SYNC));
    expect(parse([box('tfhd', u32(0, 1)), tfdt, trun])).toMatchObject({
      samples: 3,
      duration: 60,
      sync: true,
    });
  });

  it('reads a 64-bit decode time', () => {
    const late = box('tfdt', u32(0x1000000, 1, 5));
    expect(parse([box('tfhd', u32(0, 1)), late, box('trun', u32(0, 1))])?.time).toBe(2 ** 32 + 5);
  });

  it('leaves out a run that claims more samples than it lists', () => {
    const trun = box('trun', u32(0x100, 0xffffffff, 10, 10));
    expect(parse([box('tfhd', u32(0, 1)), tfdt, trun])).toBeUndefined();
  });

  it.each([
    ['tfhd', [tfdt, box('trun', u32(0, 1))]],
    ['tfdt', [box('tfhd', u32(0, 1)), box('trun', u32(0, 1))]],
    ['trun', [box('tfhd', u32(0, 1)), tfdt]],
  ])('is nothing without a %s', (_, traf) => {
    expect(parse(traf)).toBeUndefined();
  });
});
