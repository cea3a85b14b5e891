/** Bytes that arrived in pieces and leave in other pieces, with at most one copy. */
export class ByteQueue {
  #chunks: Buffer[] = [];
  /** Bytes of the first chunk that are already taken. */
  #offset = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Bytes `at` to `at + size` without taking them, for headers. All of them must have arrived. */
  peek(at: number, size: number): Buffer {
    let position = at + this.#offset;
    let index = 0;
    for (let chunk = this.#chunks[0]; chunk && position >= chunk.length; chunk = this.#chunks[++index])
      position -= chunk.length;
    return this.#collect(index, position, size);
  }

  /** Takes the first `size` bytes; all of them must have arrived. A view where they lie in one chunk, else a copy. */
  take(size: number): Buffer {
    const taken = this.#collect(0, this.#offset, size);
    this.#length -= size;
    let position = this.#offset + size;
    let used = 0;
    for (let chunk = this.#chunks[0]; chunk && position >= chunk.length; chunk = this.#chunks[++used])
      position -= chunk.length;
    if (used > 0) this.#chunks.splice(0, used);
    this.#offset = position;
    return taken;
  }

  #collect(index: number, position: number, size: number): Buffer {
    const first = this.#chunks[index];
    if (first && position + size <= first.length) return first.subarray(position, position + size);
    const whole = Buffer.allocUnsafe(size);
    let filled = 0;
    for (let i = index, from = position; filled < size; i++, from = 0) {
      const chunk = this.#chunks[i];
      if (!chunk) throw new RangeError('These bytes have not arrived yet.');
      filled += chunk.copy(whole, filled, from, Math.min(chunk.length, from + size - filled));
    }
    return whole;
  }
}
