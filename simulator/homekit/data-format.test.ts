/** Against HAP-NodeJS, which both sides of a real home speak to. */
import { DataStreamParser, DataStreamReader, DataStreamWriter } from '@homebridge/hap-nodejs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DataValue, decodeData, encodeData } from './data-format.ts';

/** As HAP-NodeJS writes it. */
function theirs(value: unknown): Buffer {
  const writer = new DataStreamWriter();
  DataStreamParser.encode(value, writer);
  return writer.getData();
}

/** What HAP-NodeJS reads. */
function read(bytes: Buffer): unknown {
  const reader = new DataStreamReader(bytes);
  const value = DataStreamParser.decode(reader);
  reader.finished();
  return value;
}

const list = (length: number) => Array.from({ length }, (_, index) => index);
const dictionaryOf = (length: number) =>
  Object.fromEntries(list(length).map((index) => [`key ${index}`, index]));

const VALUES: [string, DataValue][] = [
  ['nothing', null],
  ['true', true],
  ['false', false],
  ...[-1, 0, 39, 40, 127, 128, -2, -128, -129, 32_767, -32_768, 70_000, -70_000, 2 ** 31 - 1].map(
    (number): [string, DataValue] => [`${number}`, number],
  ),
  ['a fraction', 0.5],
  ...[0, 1, 32, 33, 255, 256, 65_536].map((length): [string, DataValue] => [
    `text of ${length}`,
    'ä'.repeat(length >> 1).padEnd(length === 0 ? 0 : (length >> 1) + (length % 2), 'x'),
  ]),
  ...[33, 255, 256, 65_535, 65_536].map((length): [string, DataValue] => [
    `${length} bytes`,
    Buffer.alloc(length, 7),
  ]),
  ...[0, 1, 12].map((length): [string, DataValue] => [`${length} items`, list(length)]),
  ...[0, 1, 14, 15].map((length): [string, DataValue] => [`${length} entries`, dictionaryOf(length)]),
];

describe('a value of a data stream', () => {
  it.each(VALUES)('%s is read by HAP-NodeJS', (_name, value) => {
    expect(read(encodeData(value))).toEqual(value);
  });

  it.each(VALUES)('%s is read from HAP-NodeJS', (_name, value) => {
    expect(decodeData(theirs(value))).toEqual(value);
  });

  it('is read where it refers to one before', () => {
    const value = { a: 'again', b: 'again', c: [300, 300, 'a'], d: 1, e: 'again' };
    const bytes = theirs(value);
    expect(bytes.toString('latin1').match(/again/g)).toHaveLength(1);
    expect(decodeData(bytes)).toEqual(value);
  });

  it('comes back as it went, whatever it is', () => {
    const scalar = fc.oneof(fc.constant(null), fc.boolean(), fc.maxSafeInteger(), fc.string());
    const value = fc.letrec<{ value: DataValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        scalar,
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        fc.array(tie('value'), { maxLength: 20 }),
        fc.dictionary(fc.string(), tie('value'), { maxKeys: 20, noNullPrototype: true }),
      ),
    })).value;
    fc.assert(
      fc.property(value, (one) => {
        expect(decodeData(encodeData(one))).toEqual(one);
      }),
    );
  });

  it('is refused, or is one, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          decodeData(Buffer.from(bytes));
        } catch (error) {
          expect((error as Error).message).toMatch(/^A data stream/);
        }
      }),
    );
  });
});
