import fc from 'fast-check';
import { expect, it } from 'vitest';
import { der, derInteger, derOid, OCTETS, readAll, readDer, SEQUENCE } from './der.ts';

it.each([
  ['zero', derInteger(Buffer.of()), '020100'],
  ['zeros in front', derInteger(Buffer.of(0, 0, 5)), '020105'],
  ['a highest bit', derInteger(Buffer.of(0x80)), '02020080'],
  ['SHA-256', derOid('2.16.840.1.101.3.4.2.1'), '0609608648016503040201'],
  ['RSA', derOid('1.2.840.113549'), '06062a864886f70d'],
  ['nothing within', der(SEQUENCE), '3000'],
])('%s', (_, bytes, hex) => {
  expect(bytes.toString('hex')).toBe(hex);
});

it.each([
  [127, '047f'],
  [128, '048180'],
  [255, '0481ff'],
  [256, '04820100'],
  [70_000, '0483011170'],
])('a length of %i', (length, head) => {
  const bytes = der(OCTETS, Buffer.alloc(length));
  expect(bytes.subarray(0, head.length / 2).toString('hex')).toBe(head);
  expect(readDer(bytes)).toMatchObject({ tag: OCTETS, size: bytes.length });
  expect(readDer(bytes).content).toHaveLength(length);
});

it.each(['', '30', '3080', '308101aa', '30820001aa', '300500', '1f0100', '3085ffffffffff'])(
  'refuses %s, which is no DER or not all of it',
  (hex) => {
    expect(() => readDer(Buffer.from(hex, 'hex'))).toThrow(RangeError);
  },
);

it('reads what it wrote, and throws nothing but RangeError for any bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (contents) => {
      const values = readAll(readDer(der(SEQUENCE, ...contents.map((part) => der(OCTETS, part)))).content);
      expect(values.map(({ content }) => [...content])).toEqual(contents.map((part) => [...part]));
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        readAll(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});
