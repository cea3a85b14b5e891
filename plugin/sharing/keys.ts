/** The one key pair of the house: it signs the heads of the log, and evidence bags. Made once; the private half never leaves its file. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
  verify,
} from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ProblemError, reason } from '../system/problem.ts';
import { replacePrivate } from '../system/text-file.ts';
import { privateFolder, refuseOpenToOthers } from './private-folder.ts';

/** Signs in the name of the house, without showing its private key. */
export interface Signer {
  /** One line as in `allowed_signers` and `authorized_keys`: `ssh-ed25519 AAAA…`, without a comment. */
  publicKeySsh: string;
  /** Fingerprint as `ssh-keygen -lf` shows it: `SHA256:…`. */
  keyId: string;
  /** A plain Ed25519 signature, 64 bytes. */
  sign(bytes: Uint8Array): Buffer;
}

const SSH_TYPE = 'ssh-ed25519';
const KEY_BYTES = 32;

const files = (folder: string) => ({
  private: join(folder, 'signing-key.pem'),
  public: join(folder, 'signing-key.pub'),
});

/**
 * The signer of this house. Its key pair is made at the first call, and used ever after.
 *
 * @param folder of the keys; made, for its owner alone, where it is missing
 * @throws a `ProblemError`: `sharing-open` when others may read the key, `signing-key-damaged` when it is no Ed25519 key, or
 * `storage-unwritable`
 */
export function openSigner(folder: string): Signer {
  privateFolder(folder);
  const path = files(folder);
  const key = existsSync(path.private) ? undefined : makeKey(path.private);
  refuseOpenToOthers(path.private, '600');
  const signer = signerOf(key ?? readKey(path.private));
  // Beside it for whoever verifies, who has no business with the private half.
  if (readPublicKey(folder) !== signer.publicKeySsh)
    replacePrivate(path.public, `${signer.publicKeySsh}\n`, { durable: true });
  return signer;
}

/** The public key of this house as in {@link Signer}; undefined where there is none. Throws when it is there and cannot be read. */
export function readPublicKey(folder: string): string | undefined {
  const { public: path } = files(folder);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}

/** A signer of any Ed25519 private key. */
export function signerOf(key: KeyObject): Signer {
  const blob = sshBlob(rawKey(createPublicKey(key)));
  return {
    publicKeySsh: `${SSH_TYPE} ${blob.toString('base64')}`,
    keyId: fingerprint(blob),
    sign: (bytes) => sign(null, bytes, key),
  };
}

/** Whether this is the signature of these bytes by that key. False for a key that is none. */
export function signedBy(publicKeySsh: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  const raw = rawPublicKey(publicKeySsh);
  if (!raw) return false;
  const key = createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
  });
  return verify(null, bytes, key, signature);
}

/** The 32 bytes of a public key in OpenSSH form, a comment behind it or not; undefined for anything else. */
export function rawPublicKey(publicKeySsh: string): Buffer | undefined {
  const [type, base64 = ''] = publicKeySsh.split(' ');
  const blob = Buffer.from(base64, 'base64');
  const raw = blob.subarray(-KEY_BYTES);
  return type === SSH_TYPE && blob.equals(sshBlob(raw)) ? raw : undefined;
}

/** Of the public key, as in {@link Signer}; undefined for a key that is none. */
export function keyIdOf(publicKeySsh: string): string | undefined {
  const raw = rawPublicKey(publicKeySsh);
  return raw && fingerprint(sshBlob(raw));
}

const fingerprint = (blob: Buffer) =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;

/** RFC 4253: each part behind its length. */
function sshBlob(raw: Buffer): Buffer {
  return Buffer.concat(
    [Buffer.from(SSH_TYPE), raw].flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
}

const rawKey = (key: KeyObject) => Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');

/** Written whole or not at all, and never over another: a link is refused where there is a file. */
function makeKey(path: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519');
  const part = `${path}.${randomUUID()}.part`;
  try {
    const file = openSync(part, 'wx', 0o600);
    try {
      writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(part, path);
    return privateKey;
  } catch (error) {
    throw new ProblemError(
      {
        code: 'storage-unwritable',
        what: `The key that signs what is shared cannot be kept at ${path}: ${reason(error)}.`,
        cure: 'Check that the disk has room and that the user that runs Homebridge may write there, then restart.',
      },
      { cause: error },
    );
  } finally {
    rmSync(part, { force: true });
  }
}

function readKey(path: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(path));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // What OpenSSL says of it helps nobody, and might quote it.
  }
  throw new ProblemError({
    code: 'signing-key-damaged',
    what: `The key at ${path}, which signs what is shared, cannot be read.`,
    cure: 'Take it from a backup. Without one, move the folder of the keys and that of the log away, keep both, and restart: a new log begins with a new key.',
  });
}
