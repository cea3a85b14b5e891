/** Clients of the API for tests: plain HTTP with any header, and WebSockets whose frames can be waited for. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import type { Auth } from '../../plugin/api/auth.ts';
import type { Api } from '../../plugin/api/server.ts';
import { SESSION_COOKIE } from '../../plugin/api/session-cookie.ts';

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The body as JSON. */
  json(): unknown;
}

export interface HttpOptions {
  method?: string;
  /** `fetch` lets nobody set `Host`; this does. */
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export async function http(
  url: string,
  { method = 'GET', headers = {}, body }: HttpOptions = {},
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers, agent: false }, (response) => {
      buffer(response).then((body) => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body, json: () => JSON.parse(body.toString()) });
      }, reject);
    });
    call.once('error', reject);
    call.end(body);
  });
}

/** What a browser of the household sends along. */
export const asHousehold = ({ api, auth }: { api: Pick<Api, 'url'>; auth: Pick<Auth, 'openSession'> }) => ({
  origin: api.url,
  cookie: `${SESSION_COOKIE}=${auth.openSession()}`,
});

/** A JSON body and the header that says so. */
export function json(body: unknown, headers: Record<string, string> = {}): HttpOptions {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

export interface Closed {
  code: number;
  reason: string;
}

/** A WebSocket that keeps what came until somebody asks for it. */
export class TestSocket {
  readonly socket: WebSocket;
  /** HTTP status, when the upgrade was refused. */
  readonly refused: Promise<number>;
  readonly closed: Promise<Closed>;
  readonly #frames: (string | Buffer)[] = [];
  readonly #waiting: ((frame: string | Buffer) => void)[] = [];

  constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url.replace(/^http/, 'ws'), { headers, perMessageDeflate: false });
    this.socket.on('error', () => {});
    this.refused = new Promise((resolve) => {
      this.socket.once('unexpected-response', (_request, response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
        this.socket.terminate();
      });
    });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    this.socket.on('message', (data: Buffer, binary) => {
      const frame = binary ? data : data.toString();
      const waiting = this.#waiting.shift();
      if (waiting) waiting(frame);
      else this.#frames.push(frame);
    });
  }

  /** The next frame: text as string, binary as buffer. */
  next(): Promise<string | Buffer> {
    const frame = this.#frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The next frame as JSON. */
  async nextJson<T>(): Promise<T> {
    return JSON.parse(String(await this.next()));
  }

  /** Frames that came and were not asked for. */
  get unread(): number {
    return this.#frames.length;
  }

  end(): void {
    this.socket.terminate();
  }
}
