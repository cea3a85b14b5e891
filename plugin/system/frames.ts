/**
 * Frames on the pipes between the hub and its own processes (keeper, watcher): length of header and of payload (4 bytes each, big-endian),
 * header (JSON), payload (bytes). Sizes are bounded, so that an end that talks nonsense costs no memory.
 */
import { ByteQueue } from './byte-queue.ts';

export interface Frame<Header> {
  header: Header;
  payload: Buffer;
}

const PREFIX = 8;
/** Thousands of names in a list, or of pieces in a file. */
export const HEADER_MOST = 2 ** 22;
/** More than a day's index ever has. */
export const PAYLOAD_MOST = 2 ** 24;

const NOTHING = Buffer.alloc(0);

/** Throws `RangeError` when it is larger than a frame may be. */
export function encodeFrame(header: object, payload: Buffer = NOTHING): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  checkSizes(json.length, payload.length);
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeUInt32BE(json.length, 0);
  prefix.writeUInt32BE(payload.length, 4);
  return Buffer.concat([prefix, json, payload]);
}

/** Finds frames in bytes that come in pieces of any size. */
export class FrameDecoder<Header extends object> {
  readonly #queue = new ByteQueue();

  /**
   * Gives the frames that are complete now. Throws when these are no frames (`RangeError`, `SyntaxError`): then nothing that follows can be
   * understood any more.
   */
  *push(chunk: Buffer): Generator<Frame<Header>> {
    this.#queue.push(chunk);
    while (this.#queue.length >= PREFIX) {
      const prefix = this.#queue.peek(0, PREFIX);
      const headerBytes = prefix.readUInt32BE(0);
      const payloadBytes = prefix.readUInt32BE(4);
      checkSizes(headerBytes, payloadBytes);
      if (this.#queue.length < PREFIX + headerBytes + payloadBytes) return;
      this.#queue.take(PREFIX);
      const header: Header = JSON.parse(this.#queue.take(headerBytes).toString('utf8'));
      yield { header, payload: this.#queue.take(payloadBytes) };
    }
  }
}

function checkSizes(header: number, payload: number): void {
  if (header > HEADER_MOST || payload > PAYLOAD_MOST) {
    throw new RangeError(`A frame of ${header} and ${payload} bytes is too large.`);
  }
}
