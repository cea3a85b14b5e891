import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock } from '../../system/clock.ts';
import { reason } from '../../system/problem.ts';
import { OnvifError } from './onvif-error.ts';

export interface PostRequest {
  /** Name or address; IPv6 without brackets. */
  host: string;
  port: number;
  /** With its query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** For the whole of it: connecting, sending, and the last byte of the answer. */
  deadlineMs: number;
  signal: AbortSignal;
}

export interface PostReply {
  status: number;
  /** Every value of `WWW-Authenticate`, each as it came. */
  challenges: readonly string[];
  text: string;
}

/** Sends one HTTP POST. Rejects with an `OnvifError`: `unreachable`, `silent`, `not-onvif`. */
export type Post = (request: PostRequest) => Promise<PostReply>;

/** Replies of cameras take tens of kilobytes; what is longer is none. */
const MAX_REPLY_BYTES = 1024 * 1024;
/** How long a connection is quiet before the other side is asked whether it is still there; the system repeats that each second. */
const KEEP_ALIVE_MS = 2_000;

/**
 * The network, by `node:http`: a deadline for the whole exchange and a bound to its size. (`fetch` hides all but one
 * `WWW-Authenticate` header; the `onvif` package starts its time anew with every byte.)
 */
export function createPost(clock: Clock): Post {
  return ({ host, port, path, headers, body, deadlineMs, signal }) =>
    new Promise((resolve, reject) => {
      // Before a connection is begun: the camera is to be left alone.
      if (signal.aborted) return reject(cancelled());
      let settled = false;
      const finish = (act: () => void) => {
        if (settled) return;
        settled = true;
        cancel();
        signal.removeEventListener('abort', abort);
        act();
      };
      const fail = (error: OnvifError) =>
        finish(() => {
          request.destroy();
          reject(error);
        });
      const abort = () => fail(cancelled());
      // Cameras with HTTPS sign their own certificate; passwords go as digests either way.
      const secure = port === 443 || port === 8443;
      const start = secure ? httpsRequest : httpRequest;
      const request = start({
        host,
        port,
        path,
        method: 'POST',
        // Cameras close idle connections without a word; a new one for each call cannot be stale.
        agent: false,
        rejectUnauthorized: false,
        headers: { ...onWire(headers), 'content-length': Buffer.byteLength(body) },
      });
      let connected = false;
      request.on('socket', (socket) => {
        // A camera that lost its power says nothing, and one that has started again resets what it does not know: without these
        // probes a reply that is held back for long would be waited for all that time.
        socket.setKeepAlive(true, KEEP_ALIVE_MS);
        socket.once('connect', () => {
          connected = true;
        });
      });
      const cancel = clock.after(deadlineMs, () => {
        const within = `within ${Math.round(deadlineMs / 1000)} s`;
        fail(
          connected
            ? new OnvifError('silent', `No answer ${within}.`)
            : new OnvifError('unreachable', `No connection ${within}.`),
        );
      });
      signal.addEventListener('abort', abort, { once: true });
      request.on('error', (error: NodeJS.ErrnoException) => {
        // llhttp's codes: it answers, but not in HTTP.
        const kind = error.code?.startsWith('HPE_') ? 'not-onvif' : 'unreachable';
        fail(new OnvifError(kind, reason(error), { cause: error }));
      });
      request.on('response', (response) => {
        readAll(response).then(
          (text) =>
            finish(() =>
              resolve({ status: response.statusCode ?? 0, challenges: challengesOf(response), text }),
            ),
          (error: unknown) =>
            fail(error instanceof OnvifError ? error : new OnvifError('unreachable', reason(error))),
        );
      });
      // As bytes: `node:http` would send a text together with the headers, and all of it as UTF-8.
      request.end(Buffer.from(body, 'utf8'));
    });
}

const cancelled = () => new OnvifError('unreachable', 'Cancelled.');

/** As UTF-8, which `node:http` takes byte by byte; without what no header may hold. */
function onWire(headers: PostRequest['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Buffer.from(value, 'utf8')
        .toString('latin1')
        .replace(/[^\t\x20-\x7e\x80-\xff]/g, ''),
    ]),
  );
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_REPLY_BYTES) throw new OnvifError('not-onvif', 'The reply is longer than 1 MiB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function challengesOf({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders
    .filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'www-authenticate')
    .map((value) => Buffer.from(value, 'latin1').toString('utf8'));
}
