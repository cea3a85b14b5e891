/**
 * The values inside a HomeKit Data Stream (HAP specification R2, table 7-4 ff.; the same format as Apple's OPACK): a tag, then what it
 * needs. What is written twice may be a reference to the first; one-byte values are never referred to.
 */

export type DataValue =
  | null
  | boolean
  | number
  | string
  | Buffer
  | readonly DataValue[]
  | { readonly [key: string]: DataValue };
export type DataDictionary = { readonly [key: string]: DataValue };

const TAG = {
  true: 0x01,
  false: 0x02,
  terminator: 0x03,
  null: 0x04,
  uuid: 0x05,
  date: 0x06,
  minusOne: 0x07,
  smallInteger: 0x08,
  int8: 0x30,
  int16: 0x31,
  int32: 0x32,
  int64: 0x33,
  float32: 0x35,
  float64: 0x36,
  text: 0x40,
  longText: 0x61,
  data: 0x70,
  longData: 0x91,
  reference: 0xa0,
  array: 0xd0,
  openArray: 0xdf,
  dictionary: 0xe0,
  openDictionary: 0xef,
} as const;
/** So many integers fit into the tag; HAP-NodeJS 2.2 does not read the last of them, 39. */
const SMALL_INTEGERS = 40;
/** Texts and data up to this length have it in the tag; longer ones follow in 1, 2, 4 or 8 bytes. */
const SHORT_LENGTH = 32;
/** The most items whose number fits into the tag. */
const SHORT_ARRAY = 12;
const SHORT_DICTIONARY = 14;
const REFERENCES = 48;

/** Writes one value. @throws Error for numbers that are not finite. */
export function encodeData(value: DataValue): Buffer {
  if (value === null) return Buffer.of(TAG.null);
  if (typeof value === 'boolean') return Buffer.of(value ? TAG.true : TAG.false);
  if (typeof value === 'number') return encodeNumber(value);
  if (typeof value === 'string') return withLength(TAG.text, TAG.longText, Buffer.from(value));
  if (Buffer.isBuffer(value)) return withLength(TAG.data, TAG.longData, value);
  if (Array.isArray(value)) return encodeItems(TAG.array, SHORT_ARRAY, value.length, value);
  const entries = Object.entries(value);
  return encodeItems(TAG.dictionary, SHORT_DICTIONARY, entries.length, entries.flat());
}

function encodeItems(tag: number, most: number, count: number, items: readonly DataValue[]): Buffer {
  const short = count <= most;
  // The tag without a number is the last of its row.
  const open = tag === TAG.array ? TAG.openArray : TAG.openDictionary;
  const end = short ? [] : [Buffer.of(TAG.terminator)];
  return Buffer.concat([Buffer.of(short ? tag + count : open), ...items.map(encodeData), ...end]);
}

function encodeNumber(value: number): Buffer {
  if (!Number.isFinite(value)) throw new Error(`${value} cannot be written to a data stream.`);
  if (value === -1) return Buffer.of(TAG.minusOne);
  if (Number.isInteger(value) && value >= 0 && value < SMALL_INTEGERS - 1)
    return Buffer.of(TAG.smallInteger + value);
  const bytes = Buffer.alloc(9);
  const isInteger = Number.isSafeInteger(value);
  if (isInteger && Math.abs(value) < 2 ** 31) {
    bytes[0] = TAG.int32;
    bytes.writeInt32LE(value, 1);
    return bytes.subarray(0, 5);
  }
  bytes[0] = isInteger ? TAG.int64 : TAG.float64;
  if (isInteger) bytes.writeBigInt64LE(BigInt(value), 1);
  else bytes.writeDoubleLE(value, 1);
  return bytes;
}

function withLength(shortTag: number, longTag: number, bytes: Buffer): Buffer {
  if (bytes.length <= SHORT_LENGTH) return Buffer.concat([Buffer.of(shortTag + bytes.length), bytes]);
  const size = bytes.length <= 0xff ? 1 : bytes.length <= 0xffff ? 2 : 4;
  const head = Buffer.alloc(1 + size);
  head[0] = longTag + Math.log2(size);
  head.writeUIntLE(bytes.length, 1, size);
  return Buffer.concat([head, bytes]);
}

/** Reads one value, which must fill `bytes`. @throws Error when the bytes are no such value. */
export function decodeData(bytes: Buffer): DataValue {
  const reader = new DataReader(bytes);
  const value = reader.value();
  reader.finish();
  return value;
}

class DataReader {
  readonly #bytes: Buffer;
  #at = 0;
  readonly #seen: DataValue[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  finish(): void {
    if (this.#at !== this.#bytes.length) throw new Error('A data stream value is followed by more bytes.');
  }

  value(): DataValue {
    const value = this.#item();
    if (value === undefined) throw new Error('A data stream value is missing.');
    return value;
  }

  /** Undefined for the terminator. */
  #item(): DataValue | undefined {
    const tag = this.#take(1).readUInt8();
    if (tag === TAG.terminator) return undefined;
    if (tag >= TAG.openDictionary) return this.#entries(tag, undefined);
    if (tag >= TAG.dictionary) return this.#entries(tag, tag - TAG.dictionary);
    if (tag >= TAG.openArray) return this.#items(undefined);
    if (tag >= TAG.array) return this.#items(tag - TAG.array);
    if (tag >= TAG.reference) return this.#reference(tag - TAG.reference);
    if (tag >= TAG.smallInteger && tag < TAG.smallInteger + SMALL_INTEGERS) return tag - TAG.smallInteger;
    const simple = SIMPLE.get(tag);
    if (simple !== undefined) return simple;
    const value = this.#scalar(tag);
    this.#seen.push(value);
    return value;
  }

  #scalar(tag: number): DataValue {
    if (tag >= TAG.longData) return this.#take(this.#length(tag - TAG.longData));
    if (tag >= TAG.data) return this.#take(tag - TAG.data);
    if (tag >= TAG.longText) return this.#take(this.#length(tag - TAG.longText)).toString();
    if (tag >= TAG.text) return this.#take(tag - TAG.text).toString();
    switch (tag) {
      case TAG.uuid:
        return this.#take(16);
      case TAG.date:
      case TAG.float64:
        return this.#take(8).readDoubleLE();
      case TAG.float32:
        return this.#take(4).readFloatLE();
      case TAG.int8:
        return this.#take(1).readInt8();
      case TAG.int16:
        return this.#take(2).readInt16LE();
      case TAG.int32:
        return this.#take(4).readInt32LE();
      case TAG.int64:
        return Number(this.#take(8).readBigInt64LE());
      default:
        throw new Error(`A data stream has no tag 0x${tag.toString(16)}.`);
    }
  }

  #length(sizeIndex: number): number {
    if (sizeIndex > 3) throw new Error('A data stream value of open length is not understood.');
    const size = 2 ** sizeIndex;
    return size === 8 ? Number(this.#take(8).readBigUInt64LE()) : this.#take(size).readUIntLE(0, size);
  }

  #reference(index: number): DataValue {
    const value = index < REFERENCES ? this.#seen[index] : undefined;
    if (value === undefined) throw new Error(`A data stream refers to value ${index}, which has not come.`);
    return value;
  }

  #items(count: number | undefined): DataValue[] {
    const items: DataValue[] = [];
    while (count === undefined || items.length < count) {
      const item = this.#item();
      if (item === undefined && count === undefined) break;
      if (item === undefined) throw new Error('A data stream array ends too early.');
      items.push(item);
    }
    return items;
  }

  #entries(tag: number, count: number | undefined): DataDictionary {
    if (tag > TAG.openDictionary) throw new Error(`A data stream has no tag 0x${tag.toString(16)}.`);
    const items = this.#items(count === undefined ? undefined : count * 2);
    const entries = Array.from({ length: items.length / 2 }, (_, index): [string, DataValue] => {
      return [String(items[index * 2]), items[index * 2 + 1] ?? null];
    });
    return Object.fromEntries(entries);
  }

  #take(size: number): Buffer {
    const end = this.#at + size;
    if (end > this.#bytes.length) throw new Error('A data stream value ends too early.');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

const SIMPLE: ReadonlyMap<number, DataValue> = new Map<number, DataValue>([
  [TAG.true, true],
  [TAG.false, false],
  [TAG.null, null],
  [TAG.minusOne, -1],
]);
