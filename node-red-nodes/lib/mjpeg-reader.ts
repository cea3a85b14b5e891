/** Takes the pictures out of the hub's `multipart/x-mixed-replace` stream. */
import { SNAPSHOT_HEADERS } from '../../protocol/api.ts';

export interface LivePicture {
  jpeg: Buffer;
  /** Epoch ms by the hub's clock, and how old it was when it left the hub; absent where the hub did not say. */
  takenAt?: number;
  ageMs?: number;
}

/** Far more than the headers of a part have. */
const MAX_HEAD = 4096;
const HEAD_END = '\r\n\r\n';

export class MjpegReader {
  readonly #maxBytes: number;
  /** What was not yet used up. */
  #rest: Buffer = Buffer.alloc(0);
  /** Of the part whose picture is coming. */
  #head: { length: number; facts: Omit<LivePicture, 'jpeg'> } | undefined;
  #parts: Buffer[] = [];
  #held = 0;

  /** @param maxBytes of one picture */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The pictures that are whole with this. Throws where it is no such stream, or a picture is too large. */
  push(chunk: Uint8Array): LivePicture[] {
    this.#parts.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    this.#held += chunk.length;
    const pictures: LivePicture[] = [];
    // Until a picture is whole, its pieces are only collected.
    if (this.#head && this.#rest.length + this.#held < this.#head.length) return pictures;
    this.#rest = Buffer.concat([this.#rest, ...this.#parts]);
    this.#parts = [];
    this.#held = 0;
    for (let next = this.#next(); next; next = this.#next()) pictures.push(next);
    return pictures;
  }

  #next(): LivePicture | undefined {
    this.#head ??= this.#readHead();
    if (!this.#head || this.#rest.length < this.#head.length) return undefined;
    const { length, facts } = this.#head;
    // A copy: a flow may keep a picture longer than its neighbours are needed.
    const jpeg = Buffer.from(this.#rest.subarray(0, length));
    this.#rest = this.#rest.subarray(length);
    this.#head = undefined;
    return { jpeg, ...facts };
  }

  #readHead(): { length: number; facts: Omit<LivePicture, 'jpeg'> } | undefined {
    const end = this.#rest.indexOf(HEAD_END);
    if (end < 0 && this.#rest.length <= MAX_HEAD) return undefined;
    if (end < 0 || end > MAX_HEAD) throw new Error('no picture begins here');
    const headers = headersOf(this.#rest.toString('latin1', 0, end));
    const length = headers.get('content-length');
    if (!length || length > this.#maxBytes) throw new Error('a picture without length, or too large');
    this.#rest = this.#rest.subarray(end + HEAD_END.length);
    const [takenAt, ageMs] = [headers.get(SNAPSHOT_HEADERS.takenAt), headers.get(SNAPSHOT_HEADERS.ageMs)];
    return {
      length,
      facts: { ...(takenAt !== undefined && { takenAt }), ...(ageMs !== undefined && { ageMs }) },
    };
  }
}

/** Those that are whole numbers, by their name in small letters. */
function headersOf(head: string): Map<string, number> {
  return new Map(
    [...head.matchAll(/^([\w-]+):[ \t]*(\d{1,15})[ \t]*\r?$/gm)].map(([, name = '', value]) => [
      name.toLowerCase(),
      Number(value),
    ]),
  );
}
