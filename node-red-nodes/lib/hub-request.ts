/** Questions to the hub over HTTP, apart from the connection that carries events. */
import { API_PREFIX } from '../../protocol/api.ts';
import { authority, type HubAddress } from './address.ts';
import { type Fault, faultOfError, faultOfReply, faultOfToken } from './fault.ts';

export interface HubLogin {
  address: HubAddress | undefined;
  token: string;
}

export interface HubRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the API's prefix, with its query: `/cameras/…`. */
  path: string;
  body?: object;
}

export type HubReply = { ok: true; body: unknown } | { ok: false; fault: Fault };

/** A picture or a film, whole. */
export interface HubMedia {
  bytes: Buffer;
  /** Without parameters: `image/jpeg`. */
  contentType: string;
  headers: Headers;
}
export type HubMediaReply = { ok: true; media: HubMedia } | { ok: false; fault: Fault };

export interface MediaLimits {
  signal: AbortSignal;
  /** More than this is not taken: `too-big`. */
  maxBytes: number;
  /** Until the last byte. Default 10 s. */
  timeoutMs?: number;
}

/** A hub on the LAN answers in milliseconds; a doorbell that rings later than this would only confuse. */
const TIMEOUT_MS = 10_000;
const MOST_OPEN_REPLY = 64 * 1024;
/** A thousand clips are half a MB. */
const MOST_REPLY = 8 * 1024 * 1024;

/** Asks `/api/v1<path>` for JSON; never rejects. `signal` gives it up. */
export function askHub(login: HubLogin, request: HubRequest, signal: AbortSignal): Promise<HubReply> {
  return askJson((inTime) => send(login, request, inTime), { signal, maxBytes: MOST_REPLY });
}

/**
 * Asks for what anybody in the network may ask: no token goes along, only these headers. Whoever answers may be any machine, so little of it
 * is read. Never rejects.
 */
export function askOpenly(
  address: HubAddress,
  request: HubRequest,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HubReply> {
  const ask = (inTime: AbortSignal) => transmit(address, request, headers, inTime);
  return askJson(ask, { signal, maxBytes: MOST_OPEN_REPLY });
}

async function askJson(
  ask: (inTime: AbortSignal) => Promise<Response | Fault>,
  { signal, maxBytes }: { signal: AbortSignal; maxBytes: number },
): Promise<HubReply> {
  try {
    const reply = await ask(AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]));
    if ('code' in reply) return { ok: false, fault: reply };
    const bytes = await readAtMost(reply, maxBytes);
    if (!bytes) return { ok: false, fault: { code: 'not-doorstep', detail: `HTTP ${reply.status}` } };
    const text = bytes.toString();
    if (!reply.ok) return { ok: false, fault: faultOfReply(reply.status, text) };
    return { ok: true, body: JSON.parse(text) as unknown };
  } catch (error) {
    return { ok: false, fault: faultOfThrown(error) };
  }
}

/** Fetches a medium from `/api/v1<path>` as one Buffer; never rejects. `signal` gives it up. */
export async function fetchMedia(
  login: HubLogin,
  path: string,
  { signal, maxBytes, timeoutMs = TIMEOUT_MS }: MediaLimits,
): Promise<HubMediaReply> {
  try {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const reply = await send(login, { method: 'GET', path }, inTime);
    if ('code' in reply) return { ok: false, fault: reply };
    if (!reply.ok) return { ok: false, fault: await refusalIn(reply) };
    const bytes = await readAtMost(reply, maxBytes);
    if (!bytes) return { ok: false, fault: { code: 'too-big' } };
    const [contentType = ''] = (reply.headers.get('content-type') ?? '').split(';');
    return { ok: true, media: { bytes, contentType, headers: reply.headers } };
  } catch (error) {
    return { ok: false, fault: faultOfThrown(error) };
  }
}

export interface StreamOptions {
  signal: AbortSignal;
  /** So long without a byte, and it is given up: `timeout`. */
  silenceMs: number;
  /** What it throws ends the stream: `not-doorstep`. */
  onBytes(bytes: Uint8Array): void;
}

/** Follows an endless medium of `/api/v1<path>`; resolves with why it ended, never rejects. */
export async function streamMedia(
  login: HubLogin,
  path: string,
  { signal, silenceMs, onBytes }: StreamOptions,
): Promise<Fault> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new DOMException('silence', 'TimeoutError')), silenceMs);
  try {
    const reply = await send(login, { method: 'GET', path }, AbortSignal.any([signal, silence.signal]));
    if ('code' in reply) return reply;
    if (!reply.ok) return await refusalIn(reply);
    for await (const bytes of reply.body ?? []) {
      timer.refresh();
      onBytes(bytes);
    }
    return { code: 'lost', detail: 'the stream ended' };
  } catch (error) {
    return faultOfThrown(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Where a medium can be fetched; with the token in the header, as everything. Undefined without an address. */
export function hubUrl(address: HubAddress | undefined, path: string): string | undefined {
  return address && `${address.tls ? 'https' : 'http'}://${authority(address)}${API_PREFIX}${path}`;
}

async function send(
  { address, token }: HubLogin,
  request: HubRequest,
  signal: AbortSignal,
): Promise<Response | Fault> {
  if (!address) return { code: 'bad-address' };
  return faultOfToken(token) ?? transmit(address, request, { authorization: `Bearer ${token}` }, signal);
}

async function transmit(
  address: HubAddress,
  { method, path, body }: HubRequest,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response | Fault> {
  const url = hubUrl(address, path);
  if (!url) return { code: 'bad-address' };
  return fetch(url, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    // What is secret goes to this hub and nowhere else.
    redirect: 'error',
    signal,
  });
}

async function refusalIn(reply: Response): Promise<Fault> {
  const bytes = await readAtMost(reply, MOST_OPEN_REPLY);
  return faultOfReply(reply.status, bytes?.toString() ?? '');
}

/** Undefined, and the rest is not taken, where it is longer. */
async function readAtMost(reply: Response, maxBytes: number): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = reply.body;
  if (!stream) return Buffer.alloc(0);
  for await (const part of stream) {
    length += part.length;
    // Leaving the loop cancels the stream.
    if (length > maxBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}

/** `fetch` wraps what the system said in a `cause`. */
function faultOfThrown(error: unknown): Fault {
  if (!(error instanceof Error)) return { code: 'lost', detail: String(error) };
  if (error.name === 'TimeoutError') return { code: 'timeout' };
  if (error instanceof SyntaxError) return { code: 'not-doorstep', detail: error.message };
  return faultOfError(error.cause instanceof Error ? error.cause : error);
}
