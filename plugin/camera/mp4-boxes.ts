/** Cuts a byte stream into MP4 boxes (ISO/IEC 14496-12, section 4.2). Nothing here throws on bad input. */
import { ByteQueue } from '../system/byte-queue.ts';

export interface Box {
  type: string;
  /** Where it, its body and its end lie in the buffer that it belongs to. */
  start: number;
  body: number;
  end: number;
}

/** Boxes that belong together, in one buffer: `ftyp` + `moov`, or `moof` + `mdat`. */
export interface BoxGroup {
  boxes: Box[];
  data: Buffer;
}

/** A 4K keyframe is about 2 MB; anything beyond this is a broken size. */
const MAX_GROUP_BYTES = 32 * 1024 * 1024;
const MAX_GROUP_BOXES = 64;
const GROUP_ENDS = new Set(['moov', 'mdat']);

/** Cuts what ffmpeg writes into groups that end with a `moov` or an `mdat`. */
export class BoxSplitter {
  readonly #queue = new ByteQueue();
  readonly #maxBytes: number;
  #boxes: Box[] = [];
  /** Where the next box of the unfinished group begins. */
  #next = 0;
  #complete = false;
  #broken: string | undefined;

  constructor(options: { maxBytes?: number } = {}) {
    this.#maxBytes = options.maxBytes ?? MAX_GROUP_BYTES;
  }

  /** Why the stream cannot be followed any further. A wrong size leaves no place to start again from. */
  get broken(): string | undefined {
    return this.#broken;
  }

  /** The groups that this chunk completes. They may share memory with the chunk. */
  push(chunk: Buffer): BoxGroup[] {
    const groups: BoxGroup[] = [];
    if (this.#broken !== undefined) return groups;
    this.#queue.push(chunk);
    for (;;) {
      if (!this.#complete && !this.#readHeader()) break;
      if (!this.#complete) continue;
      if (this.#queue.length < this.#next) break;
      groups.push({ boxes: this.#boxes, data: this.#queue.take(this.#next) });
      this.#boxes = [];
      this.#next = 0;
      this.#complete = false;
    }
    return groups;
  }

  /** Reads the header at `#next`; false when it has not arrived, or is wrong. */
  #readHeader(): boolean {
    const at = this.#next;
    const arrived = this.#queue.length - at;
    if (arrived < 8) return false;
    const header = this.#queue.peek(at, Math.min(16, arrived));
    const size = boxSize(header);
    if (size === 'incomplete') return false;
    const type = header.toString('latin1', 4, 8);
    const headerBytes = header.readUInt32BE(0) === 1 ? 16 : 8;
    if (size < headerBytes) return this.#fail(`box "${printable(type)}" has the size ${size}`);
    if (at + size > this.#maxBytes)
      return this.#fail(`box "${printable(type)}" of ${size} bytes is too large`);
    if (this.#boxes.length >= MAX_GROUP_BOXES) return this.#fail('too many boxes before the media data');
    this.#boxes.push({ type, start: at, body: at + headerBytes, end: at + size });
    this.#next = at + size;
    this.#complete = GROUP_ENDS.has(type);
    return true;
  }

  #fail(why: string): false {
    this.#broken = why;
    return false;
  }
}

/** Whole size of a box from its first bytes: 32-bit, or 64-bit where that is 1. Size 0 ("to the end") counts as wrong. */
function boxSize(header: Buffer): number | 'incomplete' {
  const size = header.readUInt32BE(0);
  if (size !== 1) return size;
  if (header.length < 16) return 'incomplete';
  return header.readUInt32BE(8) * 2 ** 32 + header.readUInt32BE(12);
}

const printable = (type: string) => type.replace(/[^\x20-\x7e]/g, '?');

/** The boxes between `start` and `end`, up to the first whose size does not fit. */
export function childBoxes(data: Buffer, start: number, end: number): Box[] {
  const boxes: Box[] = [];
  const stop = Math.min(end, data.length);
  for (let at = start; at >= 0 && at + 8 <= stop; ) {
    const size = boxSize(data.subarray(at, Math.min(at + 16, stop)));
    const headerBytes = data.readUInt32BE(at) === 1 ? 16 : 8;
    if (size === 'incomplete' || size < headerBytes || at + size > stop) break;
    boxes.push({
      type: data.toString('latin1', at + 4, at + 8),
      start: at,
      body: at + headerBytes,
      end: at + size,
    });
    at += size;
  }
  return boxes;
}

/** The first box of this type directly inside `parent`. */
export function childBox(data: Buffer, parent: Box, type: string): Box | undefined {
  return childBoxes(data, parent.body, parent.end).find((box) => box.type === type);
}

/** Reads big-endian fields one after the other; `undefined` from `end` on, never an error. */
export class Fields {
  readonly #data: Buffer;
  readonly #end: number;
  at: number;

  constructor(data: Buffer, box: Box) {
    this.#data = data;
    this.#end = Math.min(box.end, data.length);
    this.at = box.body;
  }

  get left(): number {
    return this.#end - this.at;
  }

  skip(bytes: number): void {
    this.at += bytes;
  }

  u8(): number | undefined {
    return this.#read(1);
  }

  u16(): number | undefined {
    return this.#read(2);
  }

  u32(): number | undefined {
    return this.#read(4);
  }

  /** As a number: exact up to 2^53, which is thousands of years in any timescale. */
  u64(): number | undefined {
    const high = this.#read(4);
    const low = this.#read(4);
    return high === undefined || low === undefined ? undefined : high * 2 ** 32 + low;
  }

  #read(bytes: number): number | undefined {
    if (this.at < 0 || this.at + bytes > this.#end) {
      this.at = this.#end;
      return undefined;
    }
    const value = this.#data.readUIntBE(this.at, bytes);
    this.at += bytes;
    return value;
  }
}
