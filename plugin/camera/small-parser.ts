/** Cuts a YUV4MPEG2 stream of 4:2:0 pictures into frames. */
import { ByteQueue } from '../system/byte-queue.ts';
import type { SmallFrame } from './contract.ts';

export type SmallPicture = Omit<SmallFrame, 'at'>;

const MAX_LINE = 256;
const MAX_SIDE = 4096;

export class SmallParser {
  readonly #queue = new ByteQueue();
  #size: { width: number; height: number } | undefined;
  #broken: string | undefined;

  get broken(): string | undefined {
    return this.#broken;
  }

  /** The frames that this chunk completes. Never throws; look at `broken` afterwards. */
  push(chunk: Buffer): SmallPicture[] {
    const frames: SmallPicture[] = [];
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
      const pixels = width * height;
      if (this.#queue.length < line.bytes + 1.5 * pixels) return frames;
      this.#queue.take(line.bytes);
      const picture = this.#queue.take(1.5 * pixels);
      frames.push({
        ...{ width, height, luma: picture.subarray(0, pixels) },
        ...{ cb: picture.subarray(pixels, 1.25 * pixels), cr: picture.subarray(1.25 * pixels) },
      });
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
    const fits = (side: number) => side > 0 && side <= MAX_SIDE && side % 2 === 0;
    // Without a word on its colours it is 4:2:0.
    const usual = !/ C/.test(line) || / C420(jpeg|mpeg2|paldv)?( |$)/.test(line);
    if (fits(width) && fits(height) && usual && line.startsWith('YUV4MPEG2')) return { width, height };
    this.#broken = 'not a stream of 4:2:0 pictures';
    return undefined;
  }
}
