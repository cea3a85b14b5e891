/** A certificate that a camera signs itself: X.509 in DER (RFC 5280; ITU-T X.690), which Node's crypto can read but not make. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface KeyAndCertificate {
  /** Private key, PEM. */
  key: string;
  /** PEM. */
  cert: string;
}

const TAG = { integer: 0x02, bitString: 0x03, utf8: 0x0c, generalizedTime: 0x18, sequence: 0x30, set: 0x31 };
/** DER of the object identifiers ecdsa-with-SHA256 (1.2.840.10045.4.3.2) and commonName (2.5.4.3). */
const ECDSA_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Makes a P-256 key and a certificate for `name`, valid from a day before `now` for ten years.
 *
 * @param now epoch ms
 */
export function selfSigned(name: string, now: number): KeyAndCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(TAG.sequence, ECDSA_SHA256);
  const who = der(
    TAG.sequence,
    der(TAG.set, der(TAG.sequence, COMMON_NAME, der(TAG.utf8, Buffer.from(name)))),
  );
  const valid = der(TAG.sequence, time(now - DAY_MS), time(now + 3650 * DAY_MS));
  // A leading 1 keeps the number positive and of full length.
  const serial = der(TAG.integer, Buffer.from([1]), randomBytes(8));
  const subjectKey = publicKey.export({ type: 'spki', format: 'der' });
  const body = der(TAG.sequence, serial, algorithm, who, valid, who, subjectKey);
  const signature = der(TAG.bitString, Buffer.from([0]), sign('sha256', body, privateKey));
  const base64 = der(TAG.sequence, body, algorithm, signature).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  };
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

/** X.690, 8.1.3: short form up to 127, else the number of bytes and the bytes. */
function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  return length <= 0xff ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

/** `YYYYMMDDHHMMSSZ` */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\.\d+|[-:T]/g, '');
  return der(TAG.generalizedTime, Buffer.from(digits));
}
