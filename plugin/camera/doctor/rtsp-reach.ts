/** How fast a camera answers on its RTSP port, without opening a session. */
import type { Clock } from '../../system/clock.ts';
import { reason } from '../../system/problem.ts';
import { parseRtspUrl } from '../rtsp/rtsp-address.ts';
import { connectRtsp, type RtspClient } from '../rtsp/rtsp-client.ts';
import { RtspFailure, RtspRefusal } from '../rtsp/rtsp-error.ts';
import type { RtspResponse } from '../rtsp/rtsp-responses.ts';
import type { Reach, StreamAddress } from './facts.ts';

export interface ReachDeps {
  clock: Clock;
  signal: AbortSignal;
}

const ANSWER_MS = 3000;
const TRIES = 3;

/** Where an RTSP URL leads; undefined for what is none. Its user name and password stay behind. */
export function streamAddress(url: string): StreamAddress | undefined {
  try {
    const { host, port, tls, password } = parseRtspUrl(url);
    return { host, port, secure: tls, password: password !== '' };
  } catch {
    return undefined;
  }
}

/**
 * Asks OPTIONS three times on one connection: the shortest round trip, and the `Server` header where there is one. No password is
 * sent: a camera that asks for one has answered as well. Never rejects.
 */
export async function reachRtsp(
  { host, port, secure }: Pick<StreamAddress, 'host' | 'port' | 'secure'>,
  { clock, signal }: ReachDeps,
): Promise<Reach & { server?: string }> {
  const url = `${secure ? 'rtsps' : 'rtsp'}://${host.includes(':') ? `[${host}]` : host}:${port}/`;
  const address = { host, port, tls: secure, user: '', password: '', url };
  let best: number | undefined;
  let server: string | undefined;
  try {
    using client = await connectRtsp({ address, clock, signal, stepMs: ANSWER_MS });
    for (let tried = 1; tried <= TRIES; tried++) {
      const start = clock.monotonic();
      const answer = await ask(client, url);
      best = Math.min(best ?? Infinity, clock.monotonic() - start);
      server ??= nameIn(answer);
    }
  } catch (error) {
    if (best === undefined) return { failure: failureWords(error) };
  }
  return { rttMs: Math.round((best ?? 0) * 10) / 10, ...(server && { server }) };
}

async function ask(client: RtspClient, url: string): Promise<RtspResponse> {
  try {
    return await client.request('OPTIONS', url);
  } catch (error) {
    if (error instanceof RtspRefusal) return error.response;
    throw error;
  }
}

const nameIn = ({ headers }: RtspResponse) =>
  /^[\x20-\x7e]{1,100}/.exec(headers.get('server')?.[0] ?? '')?.[0].trim();

function failureWords(error: unknown): string {
  if (!(error instanceof RtspFailure)) return reason(error);
  const { kind, code, message } = error;
  if (kind === 'lost') return 'it takes the connection but says nothing';
  if (kind === 'silent' || code === 'ETIMEDOUT') return 'it does not answer';
  if (code === 'ECONNREFUSED') return 'nothing listens on its port';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name is not known in this network';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'no way leads there';
  return message;
}
