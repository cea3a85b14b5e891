/** Cuts a YUV4MPEG2 stream that holds luma alone into frames. */
import { ByteQueue } from '../system/byte-queue.ts';

export interface Luma {
  width: number;
  height: number;
  luma: Uint8Array;
}

const MAX_LINE = 256;
const MAX_SIDE = 4096;

export class GrayParser {
  readonly #queue = new ByteQueue();
  #size: { width: number; height: number } | undefined;
  #broken: string | undefined;

  get broken(): string | undefined {
    return this.#broken;
  }

  /** The frames that this chunk completes. Never throws; look at `broken` afterwards. */
  push(chunk: Buffer): Luma[] {
    const frames: Luma[] = [];
    if (this.#broken !== undefined) return frames;
    this.#queue.push(chunk);
    for (;;) {
      if (!this.#size) {
        const line = this.#line();
        if (line === undefined) return frames;
        this.#size = this.#readSize(line.text);
        if (!this.#size) return frames;
        this.#queue.take(line.bytes);
      }
      const line = this.#line();
      if (line === undefined) return frames;
      if (!line.text.startsWith('FRAME')) {
        // ffmpeg goes on with frames of another size when the camera changes its picture.
        this.#broken = 'a frame of another size';
        return frames;
      }
      const { width, height } = this.#size;
      if (this.#queue.length < line.bytes + width * height) return frames;
      this.#queue.take(line.bytes);
      frames.push({ width, height, luma: this.#queue.take(width * height) });
    }
  }

  #line(): { text: string; bytes: number } | undefined {
    const head = this.#queue.peek(0, Math.min(MAX_LINE, this.#queue.length));
    const end = head.indexOf(0x0a);
    if (end !== -1) return { text: head.toString('latin1', 0, end), bytes: end + 1 };
    if (head.length >= MAX_LINE) this.#broken = 'no frame header';
    return undefined;
  }

  #readSize(line: string): { width: number; height: number } | undefined {
    const width = Number(/ W(\d+)/.exec(line)?.[1]);
    const height = Number(/ H(\d+)/.exec(line)?.[1]);
    const usable = width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE;
    if (usable && line.startsWith('YUV4MPEG2') && / Cmono\b/.test(line)) return { width, height };
    this.#broken = 'not a luma stream';
    return undefined;
  }
}
