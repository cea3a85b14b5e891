/** Cuts AAC frames out of an ADTS stream (ISO/IEC 13818-7, 6.2). */
import { ByteQueue } from '../../system/byte-queue.ts';

const HEADER_BYTES = 7;

export class AdtsFrames {
  readonly #queue = new ByteQueue();

  /** The frames that this chunk completes, without headers. Bytes between frames are read over. */
  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = [];
    this.#queue.push(chunk);
    while (this.#queue.length >= HEADER_BYTES) {
      const header = this.#queue.peek(0, HEADER_BYTES);
      const size = (header.readUInt32BE(3) >> 13) & 0x1fff;
      // 12 bits of sync word, then the layer, which is 0.
      if ((header.readUInt16BE(0) & 0xfff6) !== 0xfff0 || size < HEADER_BYTES) {
        this.#queue.take(1);
        continue;
      }
      if (this.#queue.length < size) break;
      const withoutCrc = ((header[1] ?? 0) & 1) === 1;
      frames.push(this.#queue.take(size).subarray(withoutCrc ? HEADER_BYTES : HEADER_BYTES + 2));
    }
    return frames;
  }
}
