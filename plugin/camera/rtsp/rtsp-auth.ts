/** Answers a camera's demand for a password: Basic and Digest (RFC 7617, RFC 7616 and, before it, RFC 2069). */
import { createHash, randomBytes } from 'node:crypto';

export interface Challenge {
  scheme: 'basic' | 'digest';
  /** Names in lower case. */
  parameters: ReadonlyMap<string, string>;
}

const HASH: Record<string, string> = { MD5: 'md5', 'SHA-256': 'sha256' };

/** All challenges of the `WWW-Authenticate` headers that can be answered, the safest first. */
export function readChallenges(headers: readonly string[]): Challenge[] {
  // Several challenges may stand in one header: a scheme is a word that no `=` follows.
  const parts = headers.flatMap((header) => header.split(/(?:^|,)\s*(?=(?:Basic|Digest)\s)/i));
  const found = parts.flatMap((part): Challenge[] => {
    const [, scheme, rest = ''] = /^\s*(Basic|Digest)\s+(.*)$/is.exec(part) ?? [];
    if (scheme === undefined) return [];
    const pairs = rest.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g);
    const parameters = new Map(
      Array.from(pairs, ([, name = '', quoted, plain]) => [name.toLowerCase(), quoted ?? plain ?? '']),
    );
    return [{ scheme: scheme.toLowerCase() === 'basic' ? 'basic' : 'digest', parameters }];
  });
  return found.filter((challenge) => rank(challenge) > 0).sort((a, b) => rank(b) - rank(a));
}

function rank({ scheme, parameters }: Challenge): number {
  if (scheme === 'basic') return 1;
  const hash = hashName(parameters);
  const offered = parameters.get('qop')?.split(/[,\s]+/);
  if (!parameters.get('nonce') || hash === undefined || (offered && !offered.includes('auth'))) return 0;
  return hash === 'md5' ? 2 : 3;
}

const hashName = (parameters: Challenge['parameters']) =>
  HASH[(parameters.get('algorithm') || 'MD5').toUpperCase().replace(/-SESS$/, '')];

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
    const hash = (text: string) =>
      createHash(hashName(parameters) ?? 'md5')
        .update(text, 'utf8')
        .digest('hex');
    const [realm, nonce] = [parameters.get('realm') ?? '', parameters.get('nonce') ?? ''];
    const algorithm = parameters.get('algorithm');
    const cnonce = this.#drawNonce();
    const first = hash(`${user}:${realm}:${password}`);
    const who = algorithm?.toLowerCase().endsWith('-sess') ? hash(`${first}:${nonce}:${cnonce}`) : first;
    const what = hash(`${method}:${uri}`);
    const fields = [`username="${quotable(user)}"`, `realm="${realm}"`, `nonce="${nonce}"`, `uri="${uri}"`];
    if (parameters.has('qop')) {
      const nc = (++this.#count).toString(16).padStart(8, '0');
      fields.push(`response="${hash(`${who}:${nonce}:${nc}:${cnonce}:auth:${what}`)}"`);
      fields.push(`qop=auth, nc=${nc}, cnonce="${cnonce}"`);
    } else {
      fields.push(`response="${hash(`${who}:${nonce}:${what}`)}"`);
      if (who !== first) fields.push(`cnonce="${cnonce}"`);
    }
    if (algorithm !== undefined) fields.push(`algorithm=${algorithm}`);
    const opaque = parameters.get('opaque');
    if (opaque !== undefined) fields.push(`opaque="${opaque}"`);
    return `Digest ${fields.join(', ')}`;
  }
}

const quotable = (text: string) => text.replace(/["\\]/g, '\\$&');

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
