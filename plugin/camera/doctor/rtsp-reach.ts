/** How fast a camera answers on its RTSP port, without opening a session. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Clock, sleep } from '../../system/clock.ts';
import { reason } from '../../system/problem.ts';
import type { Reach, StreamAddress } from './facts.ts';

export interface ReachDeps {
  clock: Clock;
  signal: AbortSignal;
}

const ANSWER_MS = 3000;
const TRIES = 3;
const LONGEST_ANSWER = 16_384;

/** Where an RTSP URL leads; undefined for what is none. Its user name and password stay behind. */
export function streamAddress(url: string): StreamAddress | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port, password } = new URL(url);
  const secure = protocol === 'rtsps:';
  if ((!secure && protocol !== 'rtsp:') || hostname === '') return undefined;
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (secure ? 322 : 554)),
    secure,
    password: password !== '',
  };
}

/** Asks OPTIONS three times on one connection: the shortest round trip, and the `Server` header where there is one. Never rejects. */
export async function reachRtsp(
  address: Pick<StreamAddress, 'host' | 'port' | 'secure'>,
  deps: ReachDeps,
): Promise<Reach & { server?: string }> {
  return talk(address, deps, async (socket) => {
    let best: number | undefined;
    let server: string | undefined;
    for (let tried = 1; tried <= TRIES; tried++) {
      const start = deps.clock.monotonic();
      const answer = await ask(socket, options(address, tried));
      if (answer === undefined) break;
      best = Math.min(best ?? Infinity, deps.clock.monotonic() - start);
      server ??= /^Server:\s*([\x20-\x7e]{1,100})/im.exec(answer)?.[1]?.trim();
    }
    return best === undefined
      ? { failure: 'it takes the connection but says nothing' }
      : { rttMs: Math.round(best * 10) / 10, ...(server && { server }) };
  }).catch((error: unknown) => ({ failure: connectFailure(error) }));
}

/** Whether something listens there. Never rejects. */
export async function answersTcp(address: { host: string; port: number }, deps: ReachDeps): Promise<boolean> {
  return talk({ ...address, secure: false }, deps, async () => true).catch(() => false);
}

async function talk<T>(
  { host, port, secure }: Pick<StreamAddress, 'host' | 'port' | 'secure'>,
  { clock, signal }: ReachDeps,
  use: (socket: Socket) => Promise<T>,
): Promise<T> {
  // The certificate of a camera is its own; nothing secret is sent here.
  const socket = secure ? connectTls({ host, port, rejectUnauthorized: false }) : connect({ host, port });
  const over = new AbortController();
  const failed = new Promise<never>((_, reject) => {
    socket.once('error', reject);
    void sleep(clock, ANSWER_MS, AbortSignal.any([signal, over.signal])).then(() =>
      reject(Object.assign(new Error('it does not answer'), { code: 'ETIMEDOUT' })),
    );
  });
  // Whoever loses the race below still rejects.
  failed.catch(() => {});
  const used = (async () => {
    await new Promise<void>((resolve) => socket.once(secure ? 'secureConnect' : 'connect', () => resolve()));
    return use(socket);
  })();
  try {
    return await Promise.race([used, failed]);
  } finally {
    over.abort();
    socket.on('error', () => {});
    socket.destroy();
  }
}

/** The head of the next answer; undefined when the connection ends first. */
function ask(socket: Socket, request: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const done = (answer: string | undefined) => {
      socket.off('data', take);
      socket.off('close', end);
      resolve(answer);
    };
    const end = () => done(undefined);
    const take = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.includes('\r\n\r\n')) done(text);
      else if (text.length > LONGEST_ANSWER) done(undefined);
    };
    socket.on('data', take);
    socket.once('close', end);
    socket.write(request);
  });
}

function options(
  { host, port, secure }: Pick<StreamAddress, 'host' | 'port' | 'secure'>,
  number: number,
): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `OPTIONS ${secure ? 'rtsps' : 'rtsp'}://${name}:${port}/ RTSP/1.0\r\nCSeq: ${number}\r\nUser-Agent: Doorstep\r\n\r\n`;
}

function connectFailure(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ECONNREFUSED') return 'nothing listens on its port';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name is not known in this network';
  if (code === 'ETIMEDOUT') return 'it does not answer';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'no way leads there';
  return reason(error);
}
