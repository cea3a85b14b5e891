import type { IncomingMessage } from 'node:http';
import type { Caller } from './access.ts';
import type { Auth } from './auth.ts';
import { type KnownHosts, refuseHost } from './host-guard.ts';
import { refuseOrigin } from './origin-guard.ts';
import { refusedHost, refusedOrigin, tooMany } from './problems.ts';
import type { RateLimit } from './rate-limit.ts';
import { readSessionCookie } from './session-cookie.ts';

export interface GateOptions {
  auth: Auth;
  hosts: KnownHosts;
  /** Counts tokens that are none. */
  badTokens: RateLimit;
}

/**
 * What every request and every WebSocket upgrade passes first: `Host`, then `Origin`, then who it is.
 * Returns the caller, undefined for nobody known.
 * @throws HttpProblem for a foreign host or origin, and for guessing tokens
 */
export type Gate = (request: IncomingMessage, upgrade: boolean) => Caller | undefined;

export function createGate({ auth, hosts, badTokens }: GateOptions): Gate {
  return (request, upgrade) => {
    const { headers, method = 'GET', url = '/' } = request;
    const hostRefusal = refuseHost(headers.host, hosts);
    if (hostRefusal) throw refusedHost(hostRefusal);

    const token = bearer(headers.authorization);
    const secret = token === undefined ? readSessionCookie(headers.cookie) : undefined;
    const caller = secret === undefined ? undefined : auth.session(secret);
    const originRefusal = refuseOrigin({
      method,
      upgrade,
      cookie: caller !== undefined,
      page: !/^\/(api|hooks)(\/|$)/.test(url),
      host: headers.host ?? '',
      origin: headers.origin,
      fetchSite: single(headers['sec-fetch-site']),
      fetchMode: single(headers['sec-fetch-mode']),
    });
    if (originRefusal) throw refusedOrigin(originRefusal);
    if (token === undefined) return caller;

    const known = auth.token(token);
    if (known) return known;
    const address = request.socket.remoteAddress ?? '';
    const wait = badTokens.waitMs(address);
    if (wait > 0) throw tooMany(wait);
    badTokens.count(address);
    return undefined;
  };
}

/** The token of an `Authorization` header. Another scheme counts as a token that nobody has. */
function bearer(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '';
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}
