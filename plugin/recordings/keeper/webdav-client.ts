/** The verbs of WebDAV (RFC 4918) below one root. Paths are relative to it; the empty one is the root itself. */
import type { Sealed } from '../recording.ts';
import { TargetError } from './contract.ts';
import { replyMs } from './deadline.ts';
import { drain, readAll, readStretch, sealAll } from './http-body.ts';
import type { HttpClient, HttpReply, HttpRequest } from './http-client.ts';
import { statusFault } from './webdav-fault.ts';
import { childrenOf, type DavEntry, PROPFIND_FILES, PROPFIND_ROOM, readMultistatus } from './webdav-reply.ts';

export type Body = NonNullable<HttpRequest['body']>;

export interface DavOptions {
  http: HttpClient;
  /** Of the root. */
  url: URL;
  /** The root in words, for messages. */
  name: string;
  /** What is known of the storage behind the server besides its replies. */
  trouble?: () => Promise<TargetError | undefined>;
  /** Rejects with a `TargetError` where the root is missing, for a server that shows an empty one then. */
  checkRoot?: (signal: AbortSignal) => Promise<unknown>;
}

const XML = { 'content-type': 'application/xml; charset=utf-8' };
const MOST_XML = 2 ** 26;

/** All of its calls reject with a `TargetError`. */
export class DavClient {
  readonly #options: DavOptions;
  /** Encoded, without a slash at its end. */
  readonly #root: string;

  constructor(options: DavOptions) {
    this.#options = options;
    this.#root = options.url.pathname.replace(/\/+$/, '');
  }

  /** A path in words, for messages. */
  where(path: string): string {
    return `${this.#options.name}${path && `/${path}`}`;
  }

  /** What is wrong behind the server, where that is known; else this fault. */
  async instead(fault: TargetError): Promise<TargetError> {
    return (await this.#options.trouble?.()) ?? fault;
  }

  /** Whether the root is there and holds `name`. Rejects where it is missing. */
  async rootHolds(name: string, signal: AbortSignal): Promise<boolean> {
    const entries = await this.children('', signal);
    const fault = `${this.where('')} is not there. Check the address and the shared folder.`;
    if (!entries) throw await this.instead(new TargetError('missing', fault));
    await this.#options.checkRoot?.(signal);
    return entries.some(({ path }) => path.at(-1) === name);
  }

  /** The whole of a small file; undefined where there is none. */
  async text(path: string, most: number, signal: AbortSignal): Promise<string | undefined> {
    const reply = await this.#send({ method: 'GET', path, signal });
    if (await this.#isAbsent(reply)) return undefined;
    await this.#expect(reply, [200], path, 'read');
    return (await readAll(reply, most, this.#options.http.peer)).toString('utf8');
  }

  /** Bytes of a file, fewer at its end; undefined where there is none. */
  async stretch(path: string, from: number, to: number, signal: AbortSignal): Promise<Buffer | undefined> {
    const headers = { range: `bytes=${from}-${to - 1}` };
    const reply = await this.#send({ method: 'GET', path, headers, signal });
    if (await this.#isAbsent(reply)) return undefined;
    if (reply.status === 416) return drain(reply).then(() => Buffer.alloc(0));
    await this.#expect(reply, [200, 206], path, 'read');
    const { peer } = this.#options.http;
    // Some servers know no ranges, or not for every file.
    if (reply.status === 200) return readStretch(reply, from, to - from, peer);
    const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(reply.headers['content-range'] ?? '') ?? [];
    const given = await readStretch(reply, 0, to - from, peer);
    if (Number(first) === from && given.length === Math.min(Number(last) + 1, to) - from) return given;
    throw new TargetError('failed', `${this.where(path)}: the server gave other bytes than those asked for.`);
  }

  /** Size and hash of what is there, which should have `most` bytes; with more of them it is read no further. `fresh`: it came there a moment ago. */
  async seal(
    path: string,
    most: number,
    signal: AbortSignal,
    { fresh = false } = {},
  ): Promise<Sealed | undefined> {
    const request = { method: 'GET', path, signal };
    const reply = await this.#send({ ...request, ...(fresh && { replyMs: replyMs(most) }) });
    if (await this.#isAbsent(reply)) return undefined;
    await this.#expect(reply, [200], path, 'read');
    return sealAll(reply, most, this.#options.http.peer);
  }

  /** A file or folder itself; undefined where there is none. */
  async info(path: string, signal: AbortSignal): Promise<DavEntry | undefined> {
    return (await this.#propfind(path, '0', PROPFIND_FILES, signal))?.[0];
  }

  /** What lies in a folder; undefined where there is none. */
  async children(path: string, signal: AbortSignal): Promise<DavEntry[] | undefined> {
    const entries = await this.#propfind(path && `${path}/`, '1', PROPFIND_FILES, signal);
    return entries && childrenOf(entries);
  }

  /** Room at the root, where the server tells it. */
  async room(signal: AbortSignal): Promise<{ freeBytes?: number; totalBytes?: number }> {
    const [root] = (await this.#propfind('', '0', PROPFIND_ROOM, signal)) ?? [];
    if (root?.freeBytes === undefined) return {};
    const { freeBytes, usedBytes } = root;
    return { freeBytes, ...(usedBytes !== undefined && { totalBytes: freeBytes + usedBytes }) };
  }

  /** False where the folder that it should lie in is missing. */
  async upload(path: string, body: Body, signal: AbortSignal): Promise<boolean> {
    const headers = { 'content-type': 'application/octet-stream' };
    const request = { method: 'PUT', path, headers, body, signal, replyMs: replyMs(body.bytes) };
    const reply = await this.#send(request);
    if (reply.status === 404 || reply.status === 409) return drain(reply).then(() => false);
    await this.#done(reply, path);
    return true;
  }

  /** Makes one folder, unless it is there. False where the folder that it should lie in is missing. */
  async makeFolder(path: string, signal: AbortSignal): Promise<boolean> {
    const reply = await this.#send({ method: 'MKCOL', path: path && `${path}/`, signal });
    if (reply.status === 404 || reply.status === 409) return drain(reply).then(() => false);
    // 405 says that something is there (RFC 4918, 9.3.1); that nothing may be written shows with the file.
    if (reply.status === 405) await drain(reply);
    else await this.#done(reply, path);
    return true;
  }

  /** A file of so many bytes: some servers copy it. */
  async move(
    from: string,
    to: string,
    { bytes, overwrite }: { bytes: number; overwrite: boolean },
    signal: AbortSignal,
  ): Promise<void> {
    const { url } = this.#options;
    const move = (destination: string) =>
      this.#send({
        method: 'MOVE',
        path: from,
        headers: { destination, overwrite: overwrite ? 'T' : 'F' },
        signal,
        replyMs: replyMs(bytes),
      });
    const target = this.#encoded(to);
    let reply = await move(`${url.origin}${target}`);
    if (reply.status === 400 || reply.status === 502) {
      // Behind a proxy that ends TLS, a server takes our address for another server's. RFC 4918 (10.3) allows the path alone.
      await drain(reply);
      reply = await move(target);
    }
    await this.#done(reply, to);
  }

  /** What is not there is fine. A folder goes with all that is in it. */
  async remove(path: string, signal: AbortSignal): Promise<void> {
    const reply = await this.#send({ method: 'DELETE', path, signal });
    if (!(await this.#isAbsent(reply))) await this.#done(reply, path);
  }

  async #propfind(
    path: string,
    depth: '0' | '1',
    asked: Buffer,
    signal: AbortSignal,
  ): Promise<DavEntry[] | undefined> {
    const body = bodyOf(asked);
    const request = { method: 'PROPFIND', path, headers: { ...XML, depth }, body, signal };
    const reply = await this.#send(request);
    if (await this.#isAbsent(reply)) return undefined;
    await this.#expect(reply, [207], path, 'read');
    const text = (await readAll(reply, MOST_XML, this.#options.http.peer)).toString('utf8');
    const entries = readMultistatus(text);
    if (entries) return entries;
    throw await this.instead(
      new TargetError('failed', `${this.where(path)}: the server's reply to PROPFIND makes no sense.`),
    );
  }

  #encoded(path: string): string {
    // What is known to be a folder comes with a slash at its end: some servers would send us on to it.
    return `${this.#root}/${path.split('/').map(encodeURIComponent).join('/')}`;
  }

  #send(request: HttpRequest): Promise<HttpReply> {
    return this.#options.http.send({ ...request, path: this.#encoded(request.path) });
  }

  async #isAbsent(reply: HttpReply): Promise<boolean> {
    if (reply.status !== 404 && reply.status !== 410) return false;
    await drain(reply);
    return true;
  }

  async #expect(
    reply: HttpReply,
    statuses: readonly number[],
    path: string,
    doing: 'read' | 'write',
  ): Promise<void> {
    if (statuses.includes(reply.status)) return;
    await drain(reply);
    throw await this.instead(statusFault(reply.status, this.where(path), doing));
  }

  /** 207 would be a list of what went wrong. */
  async #done(reply: HttpReply, path: string): Promise<void> {
    await this.#expect(reply, [200, 201, 202, 204], path, 'write');
    await drain(reply);
  }
}

/** A body that is in memory. */
export function bodyOf(buffer: Buffer): Body {
  return {
    bytes: buffer.length,
    async *open() {
      yield buffer;
    },
  };
}
