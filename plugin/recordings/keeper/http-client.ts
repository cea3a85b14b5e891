/** HTTP/1.1 to one server: kept connections, a login, a rule for where they may lead, and no redirect. */
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Clock } from '../../system/clock.ts';
import { TargetError } from './contract.ts';
import { drain, type HttpPeer, networkFault } from './http-body.ts';
import { createLogin } from './http-login.ts';
import { type HomeRule, homeLookup, refuseOutside } from './private-address.ts';
import { connectTrusted, type TlsPeer } from './tls-trust.ts';

export interface HttpServer {
  url: URL;
  /** For messages. */
  name: string;
  username: string;
  password: string;
  fingerprint?: string;
}

export interface HttpRequest {
  method: string;
  /** Encoded, from the server's root. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  /** Made anew for each attempt, as after a login; its length has to be known. */
  body?: { bytes: number; open(): AsyncIterable<Buffer> };
  signal?: AbortSignal | undefined;
  /** How long the answer may take once all was sent, in ms; to wait for it counts as progress then. Without it the caller's deadline holds. */
  replyMs?: number;
}

export interface HttpWatch {
  clock: Pick<Clock, 'after'>;
  /** Called as bytes move. */
  progress(): void;
}

/** The answer; its body has to be read or destroyed. */
export interface HttpReply {
  status: number;
  headers: IncomingMessage['headers'];
  body: IncomingMessage;
}

export interface HttpClient extends Disposable {
  readonly peer: HttpPeer;
  /** Rejects with a `TargetError`. Any status but a redirect and 401 is an answer. */
  send(request: HttpRequest): Promise<HttpReply>;
}

/** How long a connection is quiet before the other side is asked whether it is still there. */
const PROBE_MS = 5_000;
/** Kept no longer than that without use: servers close theirs, and one that is closed in the same moment costs a request. */
const IDLE_MS = 4_000;
/** How often a wait that may be long says that it still is one. */
const WAITING_MS = 1_000;

export function createHttpClient(server: HttpServer, rule: HomeRule, watch: HttpWatch): HttpClient {
  const { url, name, username, password } = server;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const secure = url.protocol === 'https:';
  const port = Number(url.port) || (secure ? 443 : 80);
  const lookup = homeLookup(rule);
  const login = createLogin(username, password);
  const closed = new AbortController();
  const keep = { keepAlive: true, keepAliveMsecs: PROBE_MS, timeout: IDLE_MS };
  const agent = secure
    ? trustedAgent(keep, { host, port, lookup, fingerprint: server.fingerprint })
    : new HttpAgent(keep);
  const start = secure ? httpsRequest : httpRequest;

  const once = async (request: HttpRequest, authorization: string | undefined): Promise<HttpReply> => {
    const { method, path, body } = request;
    const signal = AbortSignal.any([closed.signal, ...(request.signal ? [request.signal] : [])]);
    signal.throwIfAborted();
    const headers = {
      'accept-encoding': 'identity',
      ...(body && { 'content-length': body.bytes }),
      ...(authorization !== undefined && { authorization }),
      ...request.headers,
    };
    const sent = start({ host, port, lookup, agent, method, path, signal, headers });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve);
      sent.on('error', (error) => reject(isStale(sent, request, error) ? new StaleConnection() : error));
    });
    if (body) await upload(body, sent, answered, watch.progress);
    else sent.end();
    const { replyMs } = request;
    const reply = await answered.finally(
      replyMs === undefined ? undefined : limitReply(sent, name, replyMs, watch),
    );
    return { status: reply.statusCode ?? 0, headers: reply.headers, body: reply };
  };

  const attempt = async (request: HttpRequest): Promise<HttpReply> => {
    for (let refusals = 0; ; ) {
      const authorization = login.header(request.method, request.path);
      const reply = await once(request, authorization).catch((error: unknown) => {
        if (error instanceof StaleConnection) return undefined;
        throw error;
      });
      if (!reply) continue;
      if (reply.status !== 401) return reply;
      await drain(reply);
      if (++refusals > 2 || !login.challenged(challengesOf(reply.body), authorization))
        throw new TargetError('denied', `"${name}" does not take this user and password. Check both.`);
    }
  };

  return {
    peer: { host: name, progress: watch.progress },
    async send(request) {
      refuseOutside(host, rule);
      const reply = await attempt(request).catch((error: unknown) => {
        throw networkFault(error, name, request.signal?.aborted || closed.signal.aborted);
      });
      if (reply.status < 300 || reply.status >= 400 || reply.status === 304) return reply;
      reply.body.destroy();
      throw new TargetError('failed', redirected(name, reply.headers.location, url));
    },
    [Symbol.dispose]() {
      closed.abort();
      agent.destroy();
    },
  };
}

/** Connections on which nothing is sent before the certificate was looked at. */
function trustedAgent(options: { keepAlive: boolean }, peer: TlsPeer): HttpsAgent {
  const agent = new HttpsAgent(options);
  agent.createConnection = (_options, done) => {
    connectTrusted(peer, (error, socket) => done?.(error, socket));
    return undefined;
  };
  return agent;
}

/** A kept connection that the server closed in the same moment. */
class StaleConnection extends Error {}

/** Whether it may be sent again on another connection: nothing was answered, and twice is the same as once (not so with MOVE). */
function isStale(sent: ClientRequest, { method }: HttpRequest, error: NodeJS.ErrnoException): boolean {
  return sent.reusedSocket && method !== 'MOVE' && /^(ECONNRESET|EPIPE)$/.test(error.code ?? '');
}

/** A server may answer before it has all, as when it has no room; the rest is not sent then. */
async function upload(
  body: NonNullable<HttpRequest['body']>,
  sent: ClientRequest,
  answered: Promise<IncomingMessage>,
  progress: () => void,
): Promise<void> {
  let over = false;
  const settled = answered.then(
    () => {
      over = true;
    },
    () => {
      over = true;
    },
  );
  try {
    for await (const chunk of body.open()) {
      if (!sent.write(chunk)) await Promise.race([settled, new Promise((go) => sent.once('drain', go))]);
      progress();
      if (over) break;
    }
  } catch (error) {
    sent.destroy();
    throw error;
  }
  if (!over) sent.end();
  else void answered.then((reply) => reply.once('close', () => sent.destroy())).catch(() => {});
}

/** Shows progress while the answer is waited for, and ends the wait after `ms`. Gives what to call when it has come. */
function limitReply(
  sent: ClientRequest,
  name: string,
  ms: number,
  { clock, progress }: HttpWatch,
): () => void {
  let cancel = () => {};
  const wait = (left: number) => {
    cancel = clock.after(Math.min(WAITING_MS, left), () => {
      if (left > WAITING_MS) {
        progress();
        wait(left - WAITING_MS);
        return;
      }
      const fault = `"${name}" has the file, and does not say within ${ms / 1000} s whether it keeps it.`;
      sent.destroy(new TargetError('failed', fault));
    });
  };
  wait(ms);
  return () => cancel();
}

function challengesOf({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'www-authenticate',
  );
}

/** Where a redirect pointed, without what may be secret in an address. */
function redirected(name: string, location: string | undefined, base: URL): string {
  const to = location === undefined ? null : URL.parse(location, base.href);
  const where = to ? `to ${to.origin}${to.pathname}` : 'elsewhere';
  return `"${name}" sends us on ${where}, and redirects are not followed. Write the address that it means into the options.`;
}
