/** HTTP Digest access authentication with MD5, as cameras use it for RTSP (RFC 2617, RFC 7616). */
import { createHash, timingSafeEqual } from 'node:crypto';

export interface Credentials {
  user: string;
  password: string;
}

export interface Challenge {
  realm: string;
  nonce: string;
}

/** Value of a `WWW-Authenticate` header. Without `qop`, as most cameras send it; answers with `qop=auth` are understood. */
export function formatChallenge({ realm, nonce }: Challenge): string {
  return `Digest realm="${realm}", nonce="${nonce}", algorithm=MD5`;
}

/** Whether an `Authorization` header answers this challenge for this method with these credentials. */
export function isAuthorized(
  header: string | undefined,
  method: string,
  credentials: Credentials,
  challenge: Challenge,
): boolean {
  const answer = header === undefined ? undefined : parseDigest(header);
  const uri = answer?.get('uri');
  if (!answer || uri === undefined) return false;
  if (answer.get('realm') !== challenge.realm || answer.get('nonce') !== challenge.nonce) return false;
  const expected = digestResponse({
    ...credentials,
    ...challenge,
    method,
    uri,
    qop: answer.get('qop'),
    nc: answer.get('nc'),
    cnonce: answer.get('cnonce'),
  });
  return (
    sameText(answer.get('username') ?? '', credentials.user) &&
    sameText(answer.get('response') ?? '', expected)
  );
}

export interface DigestInput extends Credentials, Challenge {
  method: string;
  uri: string;
  qop?: string | undefined;
  nc?: string | undefined;
  cnonce?: string | undefined;
}

/** The `response` value of RFC 2617, section 3.2.2.1, in hexadecimal. */
export function digestResponse(input: DigestInput): string {
  const who = md5(`${input.user}:${input.realm}:${input.password}`);
  const what = md5(`${input.method}:${input.uri}`);
  const middle =
    input.qop === undefined
      ? input.nonce
      : `${input.nonce}:${input.nc ?? ''}:${input.cnonce ?? ''}:${input.qop}`;
  return md5(`${who}:${middle}:${what}`);
}

function parseDigest(header: string): Map<string, string> | undefined {
  const parameters = /^Digest\s+(.*)$/i.exec(header)?.[1];
  if (parameters === undefined) return undefined;
  const pairs = parameters.matchAll(/([a-z]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/gi);
  return new Map(
    Array.from(pairs, ([, name = '', quoted, plain]) => [name.toLowerCase(), quoted ?? plain ?? '']),
  );
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** Compares digests of equal length, so that neither the time nor the length tells how much was right. */
function sameText(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
