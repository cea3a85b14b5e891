/** RTSP/1.0 messages and interleaved packets on one byte stream (RFC 2326, sections 4, 6, 7 and 10.12). */

const MAX_HEAD_BYTES = 16 * 1024;
const MAX_BODY_BYTES = 64 * 1024;

interface MessageParts {
  /** Names in lower case; of a repeated header the last one counts. */
  headers: ReadonlyMap<string, string>;
  body: string;
}

export interface RtspRequest extends MessageParts {
  type: 'request';
  method: string;
  url: string;
}

export interface RtspResponse extends MessageParts {
  type: 'response';
  status: number;
  reason: string;
}

/** One `$`-framed RTP or RTCP packet; `data` is a view, never changed after it was read. */
export interface InterleavedPacket {
  type: 'interleaved';
  channel: number;
  data: Buffer;
}

export type RtspItem = RtspRequest | RtspResponse | InterleavedPacket;

/** Bytes that are not RTSP. The connection they came from can't be understood any more and has to be closed. */
export class RtspSyntaxError extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'RtspSyntaxError';
  }
}

/** Cuts a byte stream into messages and packets, however the bytes were split on the way. */
export class RtspReader {
  #pending: Buffer = Buffer.alloc(0);

  /**
   * Takes the next bytes and gives what they complete.
   * @throws RtspSyntaxError when the bytes are not RTSP or exceed 16 KiB of head or 64 KiB of body.
   */
  *push(chunk: Buffer): Generator<RtspItem, void, void> {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    for (let item = this.#next(); item; item = this.#next()) yield item;
  }

  #next(): RtspItem | undefined {
    // Clients may send empty lines between messages (RFC 2326, section 4.1).
    let start = 0;
    while (this.#pending[start] === 0x0d || this.#pending[start] === 0x0a) start += 1;
    this.#take(start);
    if (this.#pending.length === 0) return undefined;
    return this.#pending[0] === 0x24 ? this.#packet() : this.#message();
  }

  #packet(): InterleavedPacket | undefined {
    if (this.#pending.length < 4) return undefined;
    const length = this.#pending.readUInt16BE(2);
    if (this.#pending.length < 4 + length) return undefined;
    const channel = this.#pending.readUInt8(1);
    return { type: 'interleaved', channel, data: this.#take(4 + length).subarray(4) };
  }

  #message(): RtspRequest | RtspResponse | undefined {
    const headEnd = this.#pending.indexOf('\r\n\r\n');
    if (headEnd > MAX_HEAD_BYTES || (headEnd < 0 && this.#pending.length > MAX_HEAD_BYTES)) {
      throw new RtspSyntaxError(`An RTSP head is longer than ${MAX_HEAD_BYTES} bytes.`);
    }
    if (headEnd < 0) return undefined;
    const [startLine = '', ...lines] = this.#pending.toString('utf8', 0, headEnd).split('\r\n');
    const start = parseStartLine(startLine);
    const headers = parseHeaders(lines);
    const length = contentLength(headers);
    if (this.#pending.length < headEnd + 4 + length) return undefined;
    this.#take(headEnd + 4);
    return { ...start, headers, body: this.#take(length).toString('utf8') };
  }

  #take(bytes: number): Buffer {
    const taken = this.#pending.subarray(0, bytes);
    this.#pending = this.#pending.subarray(bytes);
    return taken;
  }
}

type StartLine =
  | Pick<RtspRequest, 'type' | 'method' | 'url'>
  | Pick<RtspResponse, 'type' | 'status' | 'reason'>;

function parseStartLine(line: string): StartLine {
  const request = /^([A-Z_]{1,32}) (\S{1,2048}) RTSP\/1\.0$/.exec(line);
  if (request) return { type: 'request', method: request[1] as string, url: request[2] as string };
  const response = /^RTSP\/1\.0 (\d{3}) ?(.*)$/.exec(line);
  if (response) return { type: 'response', status: Number(response[1]), reason: response[2] as string };
  throw new RtspSyntaxError('A message does not begin with an RTSP/1.0 request or status line.');
}

function parseHeaders(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) throw new RtspSyntaxError('A header line has no name.');
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

function contentLength(headers: ReadonlyMap<string, string>): number {
  const text = headers.get('content-length') ?? '0';
  const length = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(length <= MAX_BODY_BYTES)) {
    throw new RtspSyntaxError(`A Content-Length is not a number up to ${MAX_BODY_BYTES}.`);
  }
  return length;
}

/** Header values must not be able to begin a new line. */
function formatHeaders(headers: Readonly<Record<string, string>>, body: string): string {
  const all = body ? { ...headers, 'Content-Length': String(Buffer.byteLength(body)) } : headers;
  return Object.entries(all)
    .map(([name, value]) => `${name}: ${value.replace(/[\r\n]/g, ' ')}\r\n`)
    .join('');
}

export function formatRequest(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): string {
  return `${method} ${url} RTSP/1.0\r\n${formatHeaders(headers, body)}\r\n${body}`;
}

export function formatResponse(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): string {
  return `RTSP/1.0 ${status} ${REASONS[status] ?? 'Unknown'}\r\n${formatHeaders(headers, body)}\r\n${body}`;
}

/** Status codes this server gives (RFC 2326, section 7.1.1). */
const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  453: 'Not Enough Bandwidth',
  454: 'Session Not Found',
  455: 'Method Not Valid in This State',
  459: 'Aggregate Operation Not Allowed',
  461: 'Unsupported Transport',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  551: 'Option Not Supported',
};
