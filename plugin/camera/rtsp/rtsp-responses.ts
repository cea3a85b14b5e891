/** What a camera says on an RTSP connection (RFC 2326, sections 7 and 10.12). Cameras are sloppy, so this reads more than it should. */
import { ByteQueue } from '../../system/byte-queue.ts';

export interface RtspResponse {
  status: number;
  /** Names in lower case, each with all its values. */
  headers: ReadonlyMap<string, readonly string[]>;
  body: string;
}

const MAX_HEAD_BYTES = 16 * 1024;
const MAX_BODY_BYTES = 128 * 1024;
const DOLLAR = 0x24;

/**
 * Cuts a byte stream into responses. Interleaved packets (pictures that we did not ask for, RTCP) and requests of the camera
 * are read over.
 */
export class RtspResponses {
  readonly #queue = new ByteQueue();
  #broken: string | undefined;

  /** Why nothing further can be read from this connection. */
  get broken(): string | undefined {
    return this.#broken;
  }

  /** The responses that this chunk completes. Never throws; look at `broken` afterwards. */
  push(chunk: Buffer): RtspResponse[] {
    this.#queue.push(chunk);
    const responses: RtspResponse[] = [];
    while (this.#broken === undefined) {
      const item = this.#next();
      if (item === undefined) break;
      if (item !== 'skipped') responses.push(item);
    }
    return responses;
  }

  #next(): RtspResponse | 'skipped' | undefined {
    const queue = this.#queue;
    const first = queue.length > 0 ? queue.peek(0, 1)[0] : undefined;
    if (first === undefined) return undefined;
    if (first === 0x0d || first === 0x0a) {
      queue.take(1);
      return 'skipped';
    }
    return first === DOLLAR ? this.#packet() : this.#message();
  }

  #packet(): 'skipped' | undefined {
    const queue = this.#queue;
    if (queue.length < 4) return undefined;
    const size = 4 + queue.peek(2, 2).readUInt16BE(0);
    if (queue.length < size) return undefined;
    queue.take(size);
    return 'skipped';
  }

  #message(): RtspResponse | 'skipped' | undefined {
    const queue = this.#queue;
    const seen = queue.peek(0, Math.min(queue.length, MAX_HEAD_BYTES)).toString('latin1');
    const end = /\r?\n\r?\n/.exec(seen);
    if (!end) {
      if (queue.length >= MAX_HEAD_BYTES) this.#broken = 'a head that does not end';
      return undefined;
    }
    const [startLine = '', ...lines] = seen.slice(0, end.index).split(/\r?\n/);
    const start = /^(?:RTSP\/\d\.\d\s+(\d{3})\b|[A-Z_]+\s+\S+\s+RTSP\/\d)/.exec(startLine);
    if (!start) {
      this.#broken = 'bytes that are not RTSP';
      return undefined;
    }
    const headers = readHeaders(lines);
    const length = Number(headers.get('content-length')?.[0] ?? 0);
    if (!(Number.isInteger(length) && length >= 0 && length <= MAX_BODY_BYTES)) {
      this.#broken = 'a body of no sensible length';
      return undefined;
    }
    const headBytes = end.index + end[0].length;
    if (queue.length < headBytes + length) return undefined;
    queue.take(headBytes);
    const body = queue.take(length).toString('utf8');
    return start[1] === undefined ? 'skipped' : { status: Number(start[1]), headers, body };
  }
}

/** Lines without a colon are left out. */
function readHeaders(lines: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return headers;
}
