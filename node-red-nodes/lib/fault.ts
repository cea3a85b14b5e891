/** Why there is no connection to the hub. Each code has its words in the locales: `status.<code>` and `fault.<code>`. */
import { CLOSE, type ErrorReply, type EventFrame, PROTOCOL_VERSION } from '../../protocol/api.ts';

export const FAULTS = [
  'bad-address',
  'no-token',
  'bad-token',
  'not-permitted',
  'hub-too-old',
  'nodes-too-old',
  'not-found',
  'unreachable',
  'refused',
  'timeout',
  'not-doorstep',
  'turned-away',
  'lost',
  // Answers to a single question; the connection is well.
  'no-camera-there',
  'nothing-there',
  'not-now',
  'too-big',
] as const;
export type FaultCode = (typeof FAULTS)[number];

export interface Fault {
  code: FaultCode;
  /** What the system or the hub said about it, in its own words. */
  detail?: string;
  /** Stable code of the hub's own problem, where it gave one. */
  problem?: string;
}

/** Nothing but an edit of the server node can cure these, so we stop trying. */
export function needsEdit({ code }: Fault): boolean {
  return code === 'bad-address' || code === 'no-token' || code === 'bad-token' || code === 'not-permitted';
}

/** These need an update of one side: look again now and then, without hurry. */
export function needsUpdate({ code }: Fault): boolean {
  return code === 'hub-too-old' || code === 'nodes-too-old';
}

/** What can be said of a token without asking the hub. */
export function faultOfToken(token: string): Fault | undefined {
  if (!token) return { code: 'no-token' };
  // Not even an HTTP header can carry it, so the hub did not make it.
  return /^[\x21-\x7e]+$/.test(token) ? undefined : { code: 'bad-token' };
}

type Hello = Extract<EventFrame, { type: 'hello' }>;

/** What the hub's hello rules out; undefined when we may go on. */
export function faultOfHello({ protocol, minProtocol, version, scopes }: Hello): Fault | undefined {
  if (protocol < PROTOCOL_VERSION) return { code: 'hub-too-old', detail: version };
  if (minProtocol > PROTOCOL_VERSION) return { code: 'nodes-too-old', detail: version };
  if (!scopes.includes('events')) return { code: 'not-permitted' };
  return undefined;
}

/** What a system error while connecting means. */
export function faultOfError(error: NodeJS.ErrnoException): Fault {
  const detail = error.message || error.code || error.name;
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { code: 'not-found', detail };
    case 'ECONNREFUSED':
      return { code: 'refused', detail };
    case 'ETIMEDOUT':
      return { code: 'timeout', detail };
    case 'ECONNRESET':
    case 'EPIPE':
    // The connection that fetch kept open was closed meanwhile.
    case 'UND_ERR_SOCKET':
      return { code: 'lost', detail };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'EHOSTDOWN':
      return { code: 'unreachable', detail };
    default:
      return { code: 'not-doorstep', detail };
  }
}

/** What an HTTP answer instead of a WebSocket means; `body` is its text. */
export function faultOfReply(status: number, body: string): Fault {
  const problem = problemIn(body);
  if (!problem) return { code: status === 401 ? 'bad-token' : 'not-doorstep', detail: `HTTP ${status}` };
  const detail = `${problem.what} ${problem.cure}`;
  if (status === 401) return { code: 'bad-token', detail };
  if (status === 403 && problem.code === 'forbidden') return { code: 'not-permitted', detail };
  if (status === 404)
    return { code: problem.code === 'no-such-camera' ? 'no-camera-there' : 'nothing-there', detail };
  if (status === 409 || status === 429 || status === 503)
    return { code: 'not-now', detail, problem: problem.code };
  return { code: 'turned-away', detail };
}

/** What the end of an open socket means. */
export function faultOfClose(code: number): Fault {
  if (code === CLOSE.unauthorized) return { code: 'bad-token' };
  if (code === CLOSE.forbidden) return { code: 'not-permitted' };
  return { code: 'lost', detail: `WebSocket close ${code}` };
}

function problemIn(body: string): ErrorReply['error'] | undefined {
  try {
    const { error } = JSON.parse(body) as Partial<ErrorReply>;
    return typeof error?.code === 'string' && error.what && error.cure ? error : undefined;
  } catch {
    return undefined;
  }
}
