/** What a request says about where it comes from. */
export interface RequestOrigin {
  method: string;
  /** True for a WebSocket upgrade. */
  upgrade: boolean;
  /** Whether the household cookie would give this request its rights. */
  cookie: boolean;
  /** Whether it asks for a page of the web app, and not for something of the API. */
  page: boolean;
  host: string;
  origin: string | undefined;
  /** `Sec-Fetch-Site` and `Sec-Fetch-Mode`, which no script can set (Fetch Metadata, W3C). */
  fetchSite: string | undefined;
  fetchMode: string | undefined;
}

/** Why a request is refused; undefined where it is welcome. */
export type OriginRefusal = 'cross-origin' | 'no-origin';

const READING = new Set(['GET', 'HEAD']);

/**
 * Whether a request may come from where it comes from. Programs send no `Origin` and bring a token. Browsers send one with each
 * upgrade and each request that changes something; then it must be ours, also where a token comes along. A cookie without a
 * proof of origin changes nothing (CSRF) and opens no WebSocket (cross-site WebSocket hijacking).
 */
export function refuseOrigin(request: RequestOrigin): OriginRefusal | undefined {
  const { origin, fetchSite } = request;
  const reading = READING.has(request.method) && !request.upgrade;
  if (origin !== undefined) return isSameOrigin(origin, request.host) ? undefined : 'cross-origin';
  if (fetchSite !== undefined && fetchSite !== 'same-origin') {
    // `none` is the address bar or a bookmark; following a link to the app's page is welcome too.
    const visit = fetchSite === 'none' || (request.page && request.fetchMode === 'navigate');
    return reading && visit ? undefined : 'cross-origin';
  }
  const proven = fetchSite === 'same-origin';
  return request.cookie && !reading && !proven ? 'no-origin' : undefined;
}

/** The hub speaks plain HTTP, a proxy in front of it perhaps HTTPS; either way the browser's address must be the `Host`. */
function isSameOrigin(origin: string, host: string): boolean {
  const ours = host.toLowerCase();
  const theirs = origin.toLowerCase();
  return theirs === `http://${ours}` || theirs === `https://${ours}`;
}
