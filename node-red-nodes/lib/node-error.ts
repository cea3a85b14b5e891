/** What a node hands to `done`: a Catch node sees the code, a person reads the message. */
import type { Scope } from '../../protocol/api.ts';
import { authority } from './address.ts';
import type { FaultCode } from './fault.ts';
import type { HubLogin } from './hub-request.ts';
import type { Texts } from './texts.ts';

/**
 * `ENOTCONN` the hub does not answer, `EAUTH` it does not know the token, `ESCOPE` the token may not, `ENOCAM` no such camera, `ENOTFOUND` no
 * such event, clip or picture, `ENOTREADY` it is not there yet or not now, `ETIMEOUT` too slow, `ETOOBIG` more than was allowed, `EVERSION`
 * hub and nodes do not fit together, `EINVAL` the message asks for nothing that this node can do.
 */
export const NODE_ERRORS = [
  'ENOTCONN',
  'EAUTH',
  'ESCOPE',
  'ENOCAM',
  'ENOTFOUND',
  'ENOTREADY',
  'ETIMEOUT',
  'ETOOBIG',
  'EVERSION',
  'EINVAL',
] as const;
export type NodeErrorCode = (typeof NODE_ERRORS)[number];

export class NodeError extends Error {
  override readonly name = 'NodeError';
  readonly code: NodeErrorCode;

  /** `message`: one sentence that says what to do. */
  constructor(code: NodeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const CODES: Record<FaultCode | 'no-server', NodeErrorCode> = {
  'no-server': 'ENOTCONN',
  'bad-address': 'ENOTCONN',
  'no-token': 'EAUTH',
  'bad-token': 'EAUTH',
  'not-permitted': 'ESCOPE',
  'hub-too-old': 'EVERSION',
  'nodes-too-old': 'EVERSION',
  'not-found': 'ENOTCONN',
  unreachable: 'ENOTCONN',
  refused: 'ENOTCONN',
  timeout: 'ETIMEOUT',
  'not-doorstep': 'ENOTCONN',
  'turned-away': 'EINVAL',
  lost: 'ENOTCONN',
  'no-camera-there': 'ENOCAM',
  'nothing-there': 'ENOTFOUND',
  'not-now': 'ENOTREADY',
  'too-big': 'ETOOBIG',
};

interface FaultContext {
  /** Undefined where no hub was chosen. */
  login: HubLogin | undefined;
  /** What was needed: named where the hub says that the token may not. */
  scope: Scope;
  texts: Texts;
}

/** A fault of a question to the hub, in words. */
export function errorOfFault(
  { code, detail = '' }: { code: FaultCode | 'no-server'; detail?: string },
  { login, scope, texts }: FaultContext,
): NodeError {
  const where = login?.address ? authority(login.address) : '';
  const key = code === 'not-permitted' && scope !== 'events' ? `no-${scope.replace(':request', '')}` : code;
  return new NodeError(CODES[code], texts(`fault.${key}`, { where, detail }));
}
