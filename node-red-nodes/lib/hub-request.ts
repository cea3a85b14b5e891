/** One question to the hub over HTTP, apart from the connection that carries events. */
import { API_PREFIX } from '../../protocol/api.ts';
import { authority, type HubAddress } from './address.ts';
import { type Fault, faultOfError, faultOfReply, faultOfToken } from './fault.ts';

export interface HubLogin {
  address: HubAddress | undefined;
  token: string;
}

export interface HubRequest {
  method: 'POST' | 'PUT';
  /** Below the API's prefix: `/cameras/…`. */
  path: string;
  body: object;
}

export type HubReply = { ok: true; body: unknown } | { ok: false; fault: Fault };

/** A hub on the LAN answers in milliseconds; a doorbell that rings later than this would only confuse. */
const TIMEOUT_MS = 10_000;

/** Asks `/api/v1<path>`; never rejects. `signal` gives it up. */
export async function askHub(
  { address, token }: HubLogin,
  { method, path, body }: HubRequest,
  signal: AbortSignal,
): Promise<HubReply> {
  if (!address) return { ok: false, fault: { code: 'bad-address' } };
  const unfit = faultOfToken(token);
  if (unfit) return { ok: false, fault: unfit };
  const url = `${address.tls ? 'https' : 'http'}://${authority(address)}${API_PREFIX}${path}`;
  try {
    const reply = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // The token goes to this hub and nowhere else.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const text = await reply.text();
    if (!reply.ok) return { ok: false, fault: faultOfReply(reply.status, text) };
    return { ok: true, body: JSON.parse(text) as unknown };
  } catch (error) {
    return { ok: false, fault: faultOfThrown(error) };
  }
}

/** `fetch` wraps what the system said in a `cause`. */
function faultOfThrown(error: unknown): Fault {
  if (!(error instanceof Error)) return { code: 'lost', detail: String(error) };
  if (error.name === 'TimeoutError') return { code: 'timeout' };
  if (error instanceof SyntaxError) return { code: 'not-doorstep', detail: error.message };
  return faultOfError(error.cause instanceof Error ? error.cause : error);
}
