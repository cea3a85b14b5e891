/** Answers a camera's demand for a password: Basic and Digest (RFC 7617, RFC 7616 and, before it, RFC 2069). */
import { randomBytes } from 'node:crypto';
import { type Challenge, digestHeader } from '../digest.ts';

export interface Login {
  user: string;
  password: string;
}

/** Makes `Authorization` headers for one challenge, counting the requests that use its nonce. */
export class Authorizer {
  readonly challenge: Challenge;
  readonly #login: Login;
  readonly #drawNonce: () => string;
  #count = 0;

  /** @param drawNonce the client's own nonce, of which there is one for each request */
  constructor(challenge: Challenge, login: Login, drawNonce = () => randomBytes(8).toString('hex')) {
    this.challenge = challenge;
    this.#login = login;
    this.#drawNonce = drawNonce;
  }

  header(method: string, uri: string): string {
    const { user, password } = this.#login;
    const { scheme, parameters } = this.challenge;
    if (scheme === 'basic') return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
    const count = ++this.#count;
    return digestHeader({ parameters, user, password, method, uri, count, cnonce: this.#drawNonce() });
  }
}

/**
 * Whether a second 401 is worth another answer: the camera says that its nonce is stale, or gives another one. Otherwise it is
 * the password.
 */
export function isRenewed(before: Challenge, next: Challenge): boolean {
  if (before.scheme !== next.scheme) return false;
  return (
    next.parameters.get('stale')?.toLowerCase() === 'true' ||
    next.parameters.get('nonce') !== before.parameters.get('nonce')
  );
}
