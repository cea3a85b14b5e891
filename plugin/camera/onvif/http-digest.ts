/** HTTP Digest access authentication, the client's side (RFC 7616; RFC 2617 for cameras that know no `qop`). */
import { createHash } from 'node:crypto';

export interface DigestChallenge {
  realm: string;
  nonce: string;
  opaque?: string;
  algorithm: 'MD5' | 'SHA-256';
  /** As it was written; left out where the camera left it out. */
  algorithmName?: string;
  /** Whether it takes `qop=auth`. */
  qop: boolean;
}

export interface DigestInput {
  challenge: DigestChallenge;
  username: string;
  password: string;
  method: string;
  uri: string;
  /** How often this nonce was used, from 1. */
  count: number;
  /** Any unguessable text. */
  cnonce: string;
}

const ALGORITHMS = { MD5: 'md5', 'SHA-256': 'sha256' } as const;

/** The strongest challenge that can be answered, or undefined. Each text is one `WWW-Authenticate` value. */
export function chooseChallenge(headers: readonly string[]): DigestChallenge | undefined {
  const challenges = headers.map(parseChallenge).filter((challenge) => challenge !== undefined);
  return challenges.find(({ algorithm }) => algorithm === 'SHA-256') ?? challenges[0];
}

function parseChallenge(header: string): DigestChallenge | undefined {
  const parameters = /^\s*Digest\s+(.*)$/is.exec(header)?.[1];
  if (parameters === undefined) return undefined;
  const pairs = parameters.matchAll(/([a-z-]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/gi);
  const fields = new Map(
    Array.from(pairs, ([, name = '', quoted, plain]) => [name.toLowerCase(), quoted ?? plain ?? '']),
  );
  const realm = fields.get('realm');
  const nonce = fields.get('nonce');
  const algorithmName = fields.get('algorithm');
  const algorithm = (['MD5', 'SHA-256'] as const).find(
    (known) => known === (algorithmName ?? 'MD5').toUpperCase(),
  );
  if (realm === undefined || nonce === undefined || !algorithm) return undefined;
  const opaque = fields.get('opaque');
  const qop = (fields.get('qop') ?? '').split(',').some((name) => name.trim().toLowerCase() === 'auth');
  return {
    realm,
    nonce,
    algorithm,
    qop,
    ...(opaque !== undefined && { opaque }),
    ...(algorithmName !== undefined && { algorithmName }),
  };
}

/** Value of the `Authorization` header. */
export function digestHeader({
  challenge,
  username,
  password,
  method,
  uri,
  count,
  cnonce,
}: DigestInput): string {
  const hash = (text: string) => createHash(ALGORITHMS[challenge.algorithm]).update(text).digest('hex');
  const nc = count.toString(16).padStart(8, '0');
  const who = hash(`${username}:${challenge.realm}:${password}`);
  const what = hash(`${method}:${uri}`);
  const middle = challenge.qop ? `${challenge.nonce}:${nc}:${cnonce}:auth` : challenge.nonce;
  const fields = [
    `username="${quote(username)}"`,
    `realm="${challenge.realm}"`,
    `nonce="${challenge.nonce}"`,
    `uri="${uri}"`,
    `response="${hash(`${who}:${middle}:${what}`)}"`,
    ...(challenge.algorithmName === undefined ? [] : [`algorithm=${challenge.algorithmName}`]),
    ...(challenge.opaque === undefined ? [] : [`opaque="${challenge.opaque}"`]),
    ...(challenge.qop ? ['qop=auth', `nc=${nc}`, `cnonce="${cnonce}"`] : []),
  ];
  return `Digest ${fields.join(', ')}`;
}

function quote(text: string): string {
  return text.replace(/["\\]/g, '\\$&');
}
