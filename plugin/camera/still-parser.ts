/** Cuts ffmpeg's `mpjpeg` output (MIME parts with a Content-length) into JPEG pictures. */
import { ByteQueue } from '../system/byte-queue.ts';

export interface Picture {
  jpeg: Buffer;
  width: number;
  height: number;
}

const MAX_HEADER = 1024;
const MAX_PICTURE = 16 * 1024 * 1024;
const HEADER_END = '\r\n\r\n';

export class StillParser {
  readonly #queue = new ByteQueue();
  /** Bytes of the picture that comes next, once its header is read. */
  #size: number | undefined;
  #broken: string | undefined;

  get broken(): string | undefined {
    return this.#broken;
  }

  /** The pictures that this chunk completes. Never throws; look at `broken` afterwards. */
  push(chunk: Buffer): Picture[] {
    const pictures: Picture[] = [];
    if (this.#broken !== undefined) return pictures;
    this.#queue.push(chunk);
    for (;;) {
      this.#size ??= this.#readHeader();
      if (this.#size === undefined || this.#queue.length < this.#size) return pictures;
      // A copy: pictures are kept for long, the chunks around them should not be.
      const jpeg = Buffer.from(this.#queue.take(this.#size));
      this.#size = undefined;
      const size = jpegSize(jpeg);
      if (size) pictures.push({ jpeg, ...size });
    }
  }

  #readHeader(): number | undefined {
    const head = this.#queue.peek(0, Math.min(MAX_HEADER, this.#queue.length)).toString('latin1');
    const end = head.indexOf(HEADER_END);
    if (end === -1) {
      if (head.length >= MAX_HEADER) this.#broken = 'no picture header';
      return undefined;
    }
    const size = Number(/content-length: *(\d+)/i.exec(head.slice(0, end))?.[1]);
    if (!(size > 0 && size <= MAX_PICTURE)) {
      this.#broken = 'a picture without a usable length';
      return undefined;
    }
    this.#queue.take(end + HEADER_END.length);
    return size;
  }
}

/** Width and height out of the frame header (ITU T.81, B.2.2), or undefined when there is none. */
export function jpegSize(jpeg: Buffer): { width: number; height: number } | undefined {
  if (jpeg.length < 4 || jpeg.readUInt16BE(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    const marker = jpeg.readUInt16BE(at);
    if (marker < 0xffc0 || marker > 0xfffe) return undefined;
    const isFrame = marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame) return { height: jpeg.readUInt16BE(at + 5), width: jpeg.readUInt16BE(at + 7) };
  }
  return undefined;
}
