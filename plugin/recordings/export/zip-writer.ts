/** ZIP as APPNOTE 6.3 has it: files as they are, without compression, and a size that is known before the first byte. */
import { crc32 } from 'node:zlib';

export interface ZipEntry {
  name: string;
  bytes: number;
  /** Epoch ms. */
  modifiedAt: number;
  /** All of it, in order. */
  read(): AsyncIterable<Buffer>;
}

interface Written extends ZipEntry {
  crc: number;
  offset: number;
}

/** A number, little end first, or bytes as they are. */
type Field = { size: 2 | 4 | 8; value: number } | Buffer;
const u16 = (value: number): Field => ({ size: 2, value });
const u32 = (value: number): Field => ({ size: 4, value });
const u64 = (value: number): Field => ({ size: 8, value });

/** From here on a field of 32 bits only says that the number stands in a ZIP64 field. */
const LARGE = 0xffffffff;
const MANY = 0xffff;
const PLAIN = 20;
const ZIP64 = 45;
const ON_UNIX = 3 << 8;
const REGULAR_FILE = 0o100644 * 2 ** 16;
/** The checksum follows behind the file (bit 3), and names are UTF-8 (bit 11). */
const FLAGS = 0x0808;

/** Size of the whole, in bytes. */
export function zipBytes(entries: readonly Omit<ZipEntry, 'read'>[]): number {
  let offset = 0;
  let list = 0;
  for (const entry of entries) {
    const written = { ...entry, crc: 0, offset };
    list += listing(written).length;
    offset += localHeader(written).length + entry.bytes + descriptor(written).length;
  }
  return offset + list + ending(entries.length, offset, list).length;
}

/** Its bytes; one entry at a time is read. Throws that of the reading, and when an entry is not as long as it was said to be. */
export async function* zipParts(entries: readonly ZipEntry[]): AsyncGenerator<Buffer> {
  const done: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const header = localHeader(entry);
    yield header;
    let [crc, bytes] = [0, 0];
    for await (const part of entry.read()) {
      crc = crc32(part, crc);
      bytes += part.length;
      yield part;
    }
    if (bytes !== entry.bytes) throw new Error(`${entry.name} has ${bytes} bytes instead of ${entry.bytes}`);
    const end = descriptor({ bytes, crc });
    yield end;
    done.push(listing({ ...entry, crc, offset }));
    offset += header.length + bytes + end.length;
  }
  const list = Buffer.concat(done);
  yield list;
  yield ending(entries.length, offset, list.length);
}

/** Stands before the file. Sizes and checksum are behind it. */
function localHeader({ name, bytes, modifiedAt }: Omit<ZipEntry, 'read'>): Buffer {
  const large = bytes >= LARGE;
  const extra = [...timeField(modifiedAt), ...(large ? zip64Field([0, 0]) : [])];
  const size = large ? LARGE : 0;
  return fields([
    ...[u32(0x04034b50), u16(large ? ZIP64 : PLAIN), u16(FLAGS), u16(0), ...dosTime(modifiedAt)],
    ...[u32(0), u32(size), u32(size), ...lengths(name, extra), Buffer.from(name), ...extra],
  ]);
}

/** Stands behind the file. */
function descriptor({ bytes, crc }: Pick<Written, 'bytes' | 'crc'>): Buffer {
  const size = bytes >= LARGE ? u64(bytes) : u32(bytes);
  return fields([u32(0x08074b50), u32(crc), size, size]);
}

/** Its line in the list at the end. */
function listing({ name, bytes, modifiedAt, crc, offset }: Omit<Written, 'read'>): Buffer {
  const size = Math.min(bytes, LARGE);
  const wide = [...(bytes >= LARGE ? [bytes, bytes] : []), ...(offset >= LARGE ? [offset] : [])];
  const version = wide.length > 0 ? ZIP64 : PLAIN;
  const extra = [...timeField(modifiedAt), ...(wide.length > 0 ? zip64Field(wide) : [])];
  return fields([
    ...[u32(0x02014b50), u16(ON_UNIX | version), u16(version), u16(FLAGS), u16(0), ...dosTime(modifiedAt)],
    ...[u32(crc), u32(size), u32(size), ...lengths(name, extra), u16(0), u16(0), u16(0)],
    ...[u32(REGULAR_FILE), u32(Math.min(offset, LARGE)), Buffer.from(name), ...extra],
  ]);
}

/** Says where the list is, how long, and how many it has. */
function ending(count: number, offset: number, list: number): Buffer {
  const wide = count >= MANY || offset >= LARGE || list >= LARGE;
  const large = [
    ...[u32(0x06064b50), u64(44), u16(ON_UNIX | ZIP64), u16(ZIP64), u32(0), u32(0)],
    ...[u64(count), u64(count), u64(list), u64(offset)],
    ...[u32(0x07064b50), u32(0), u64(offset + list), u32(1)],
  ];
  const few = Math.min(count, MANY);
  return fields([
    ...(wide ? large : []),
    ...[u32(0x06054b50), u16(0), u16(0), u16(few), u16(few)],
    ...[u32(Math.min(list, LARGE)), u32(Math.min(offset, LARGE)), u16(0)],
  ]);
}

/** The time of the clock on the wall, in steps of two seconds, since 1980. */
function dosTime(at: number): Field[] {
  const date = new Date(at);
  const time = (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1);
  const day = ((date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate();
  return [u16(time), u16(day & 0xffff)];
}

/** The same to the second, and wherever on earth it is unpacked. */
const timeField = (at: number) => [u16(0x5455), u16(5), Buffer.from([1]), u32(Math.floor(at / 1000))];

const zip64Field = (values: readonly number[]) => [u16(1), u16(8 * values.length), ...values.map(u64)];

const lengths = (name: string, extra: readonly Field[]) => [u16(Buffer.byteLength(name)), u16(sizeOf(extra))];

const widthOf = (field: Field) => (Buffer.isBuffer(field) ? field.length : field.size);

const sizeOf = (parts: readonly Field[]) => parts.reduce((sum, part) => sum + widthOf(part), 0);

function fields(parts: readonly Field[]): Buffer {
  const all = Buffer.alloc(sizeOf(parts));
  let at = 0;
  for (const part of parts) {
    if (Buffer.isBuffer(part)) part.copy(all, at);
    else if (part.size === 8) all.writeBigUInt64LE(BigInt(part.value), at);
    else all.writeUIntLE(part.value, at, part.size);
    at += widthOf(part);
  }
  return all;
}
