/** A camera's demand for a password, and the answer by Digest (RFC 7616; RFC 2617 and 2069 for cameras that know no `qop`). */
import { createHash } from 'node:crypto';

export interface Challenge {
  scheme: 'basic' | 'digest';
  /** Names in lower case. */
  parameters: ReadonlyMap<string, string>;
}

export interface DigestInput {
  /** Of a challenge that `readChallenges` gave. */
  parameters: Challenge['parameters'];
  user: string;
  password: string;
  method: string;
  uri: string;
  /** How often this nonce was used, from 1; told only where the camera wants `qop`. */
  count: number;
  /** Any unguessable text. */
  cnonce: string;
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

/** Value of the `Authorization` header that answers a Digest challenge. */
export function digestHeader({
  parameters,
  user,
  password,
  method,
  uri,
  count,
  cnonce,
}: DigestInput): string {
  const hash = (text: string) =>
    createHash(hashName(parameters) ?? 'md5')
      .update(text, 'utf8')
      .digest('hex');
  const [realm, nonce] = [parameters.get('realm') ?? '', parameters.get('nonce') ?? ''];
  const algorithm = parameters.get('algorithm');
  const first = hash(`${user}:${realm}:${password}`);
  const who = algorithm?.toLowerCase().endsWith('-sess') ? hash(`${first}:${nonce}:${cnonce}`) : first;
  const what = hash(`${method}:${uri}`);
  const fields = [`username="${quotable(user)}"`, `realm="${realm}"`, `nonce="${nonce}"`, `uri="${uri}"`];
  if (parameters.has('qop')) {
    const nc = count.toString(16).padStart(8, '0');
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

function rank({ scheme, parameters }: Challenge): number {
  if (scheme === 'basic') return 1;
  const hash = hashName(parameters);
  const offered = parameters
    .get('qop')
    ?.toLowerCase()
    .split(/[,\s]+/);
  if (!parameters.get('nonce') || hash === undefined || (offered && !offered.includes('auth'))) return 0;
  return hash === 'md5' ? 2 : 3;
}

function hashName(parameters: Challenge['parameters']): string | undefined {
  return HASH[(parameters.get('algorithm') || 'MD5').toUpperCase().replace(/-SESS$/, '')];
}

const quotable = (text: string) => text.replace(/["\\]/g, '\\$&');
