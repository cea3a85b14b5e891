/** RFC 3161: the question to a timestamp authority, and what its answer says. Whether the authority is who it says is for `openssl ts -verify`. */
import {
  BOOLEAN,
  type DerValue,
  der,
  derInteger,
  derOid,
  GENERALIZED_TIME,
  INTEGER,
  NULL,
  OCTETS,
  readAll,
  readDer,
  SEQUENCE,
} from './der.ts';

const SHA256 = '2.16.840.1.101.3.4.2.1';
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
/** The first optional, tagged field of a structure. */
const TAGGED_0 = 0xa0;

/** A `TimeStampReq` that also asks for the authority's certificate. @param nonce some unguessable bytes; the answer has them too */
export function timestampRequest(sha256: Uint8Array, nonce?: Uint8Array): Buffer {
  return der(
    SEQUENCE,
    derInteger(Buffer.from([1])),
    der(SEQUENCE, der(SEQUENCE, derOid(SHA256), der(NULL)), der(OCTETS, sha256)),
    ...(nonce ? [derInteger(nonce)] : []),
    der(BOOLEAN, Buffer.from([0xff])),
  );
}

/** What was dated, and when. */
export interface Timestamp {
  /** Hex. */
  sha256: string;
  /** Epoch ms. */
  at: number;
  /** The nonce's number in DER, where there is one. */
  nonce?: Buffer;
}

/** Reads a `TimeStampResp`. Throws `RangeError` with what is wrong where it is none, grants nothing, or dates no SHA-256. */
export function readTimestamp(answer: Buffer): Timestamp {
  const whole = expectTag(readDer(answer), SEQUENCE, 'answer');
  if (whole.size !== answer.length) throw new RangeError('there is something behind the answer');
  const [status, token] = readAll(whole.content);
  const code = readAll(expectTag(status, SEQUENCE, 'status').content)[0];
  const granted = expectTag(code, INTEGER, 'status').content;
  if (granted.length !== 1 || (granted[0] ?? 9) > 1) throw new RangeError('the authority did not grant it');
  const [kind, tagged] = readAll(expectTag(token, SEQUENCE, 'token').content);
  expectOid(kind, SIGNED_DATA);
  const signed = expectTag(readAll(expectTag(tagged, TAGGED_0, 'token').content)[0], SEQUENCE, 'signed data');
  // Version, digest algorithms, then what is signed.
  const [type, wrapped] = readAll(expectTag(readAll(signed.content)[2], SEQUENCE, 'signed content').content);
  expectOid(type, TST_INFO);
  const octets = expectTag(
    readAll(expectTag(wrapped, TAGGED_0, 'signed content').content)[0],
    OCTETS,
    'octets',
  );
  return readInfo(expectTag(readDer(octets.content), SEQUENCE, 'timestamp'));
}

function readInfo(info: DerValue): Timestamp {
  const [, , imprint, , time, ...more] = readAll(info.content);
  const [algorithm, hash] = readAll(expectTag(imprint, SEQUENCE, 'imprint').content);
  expectOid(readAll(expectTag(algorithm, SEQUENCE, 'algorithm').content)[0], SHA256);
  const digest = expectTag(hash, OCTETS, 'hash').content;
  if (digest.length !== 32) throw new RangeError('its hash is no SHA-256');
  const at = parseTime(expectTag(time, GENERALIZED_TIME, 'time').content.toString('latin1'));
  const nonce = more.find(({ tag }) => tag === INTEGER);
  return { sha256: digest.toString('hex'), at, ...(nonce && { nonce: der(INTEGER, nonce.content) }) };
}

/** `20261122172059.123Z`. */
function parseTime(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(text);
  if (!parts) throw new RangeError('its time cannot be read');
  const [, year, month, day, hour, minute, second, part = ''] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${part.slice(0, 4)}Z`);
}

function expectTag(value: DerValue | undefined, tag: number, what: string): DerValue {
  if (value?.tag !== tag) throw new RangeError(`its ${what} is not what RFC 3161 has`);
  return value;
}

function expectOid(value: DerValue | undefined, dotted: string): void {
  const expected = derOid(dotted).subarray(2);
  if (!value?.content.equals(expected)) throw new RangeError('it is not what RFC 3161 has');
}
