/** Detached signatures as OpenSSH has them (PROTOCOL.sshsig), with Ed25519: `ssh-keygen -Y verify` checks them. */
import { createHash } from 'node:crypto';
import { rawPublicKey, type Signer, signedBy } from '../keys.ts';

const MAGIC = Buffer.from('SSHSIG');
const KEY_TYPE = 'ssh-ed25519';
const HASH = 'sha512';
const BEGIN = '-----BEGIN SSH SIGNATURE-----';
const END = '-----END SSH SIGNATURE-----';

/** The text of a `.sshsig` file over these bytes, for this purpose. */
export function signedText(message: Uint8Array, namespace: string, signer: Signer): string {
  const signature = signer.sign(signedBytes(message, namespace));
  const blob = Buffer.concat([
    ...[MAGIC, Buffer.from([0, 0, 0, 1]), string(publicKeyBlob(signer.publicKeySsh)), string(namespace)],
    ...[string(''), string(HASH), string(Buffer.concat([string(KEY_TYPE), string(signature)]))],
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return `${[BEGIN, ...lines, END].join('\n')}\n`;
}

/** Whether this is the signature of this key over these bytes, for this purpose. False for whatever cannot be read. */
export function isSigned(
  message: Uint8Array,
  sshsig: string,
  { publicKeySsh, namespace }: { publicKeySsh: string; namespace: string },
): boolean {
  try {
    const { publicKey, namespace: purpose, signature } = parse(sshsig);
    if (!publicKey.equals(publicKeyBlob(publicKeySsh)) || purpose !== namespace) return false;
    return signedBy(publicKeySsh, signedBytes(message, namespace), signature);
  } catch {
    return false;
  }
}

function parse(text: string): { publicKey: Buffer; namespace: string; signature: Buffer } {
  const lines = text.trimEnd().split(/\r?\n/);
  if (lines.shift() !== BEGIN || lines.pop() !== END) throw new RangeError('no SSH signature');
  const blob = Buffer.from(lines.join(''), 'base64');
  if (!blob.subarray(0, 6).equals(MAGIC) || blob.readUInt32BE(6) !== 1) throw new RangeError('no SSHSIG 1');
  const [publicKey, namespace, , hash, wrapped, end] = strings(blob.subarray(10));
  if (!publicKey || !namespace || hash?.toString() !== HASH || !wrapped || end)
    throw new RangeError('no SSHSIG 1');
  const [type, signature] = strings(wrapped);
  if (type?.toString() !== KEY_TYPE || signature?.length !== 64) throw new RangeError('no Ed25519 signature');
  return { publicKey, namespace: namespace.toString(), signature };
}

function signedBytes(message: Uint8Array, namespace: string): Buffer {
  const hash = createHash(HASH).update(message).digest();
  return Buffer.concat([MAGIC, string(namespace), string(''), string(HASH), string(hash)]);
}

function publicKeyBlob(publicKeySsh: string): Buffer {
  const raw = rawPublicKey(publicKeySsh);
  if (!raw) throw new RangeError('this is no Ed25519 key of SSH');
  return Buffer.concat([string(KEY_TYPE), string(raw)]);
}

function string(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function strings(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new RangeError('a string that is cut off');
    found.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return found;
}
