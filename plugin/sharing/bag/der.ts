/** The little of ASN.1's DER (X.690) that timestamps take. */

export const SEQUENCE = 0x30;
export const SET = 0x31;
export const INTEGER = 0x02;
export const OCTETS = 0x04;
export const NULL = 0x05;
export const OID = 0x06;
export const BOOLEAN = 0x01;
export const GENERALIZED_TIME = 0x18;

/** Tag, length, content. */
export function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

/** A number that is not below zero, big end first, as short as DER wants it. */
export function derInteger(bytes: Uint8Array): Buffer {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from++;
  const digits = bytes.subarray(from);
  const first = digits[0] ?? 0;
  // A highest bit that is set would mean a number below zero.
  const lead = digits.length === 0 || first >= 0x80 ? [0] : [];
  return der(INTEGER, Buffer.from(lead), digits);
}

/** From its dotted form. */
export function derOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(OID, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** One value: its tag, its content, and how many bytes both take with the length. */
export interface DerValue {
  tag: number;
  content: Buffer;
  size: number;
}

/** The value at the start of `bytes`; there may be more behind it. Throws `RangeError` where that is no DER, or not all of it is there. */
export function readDer(bytes: Buffer): DerValue {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw new RangeError('no DER value');
  const wide = first > 0x80 ? first & 0x7f : 0;
  if (first === 0x80 || wide > 4 || bytes.length < 2 + wide) throw new RangeError('no DER length');
  const length = wide === 0 ? first : bytes.readUIntBE(2, wide);
  if (wide > 0 && !lengthOf(length).equals(bytes.subarray(1, 2 + wide)))
    throw new RangeError('no DER length');
  const size = 2 + wide + length;
  if (bytes.length < size) throw new RangeError('a DER value that is cut off');
  return { tag, content: bytes.subarray(2 + wide, size), size };
}

/** The values in the content of another, in order. Throws `RangeError`. */
export function readAll(content: Buffer): DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at < content.length; ) {
    const value = readDer(content.subarray(at));
    values.push(value);
    at += value.size;
  }
  return values;
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const digits: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) digits.unshift(left % 256);
  return Buffer.from([0x80 | digits.length, ...digits]);
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}
