import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Shortest and longest household passphrase, in characters. */
export const PASSPHRASE_LENGTH = { min: 8, max: 256 } as const;

/** Cost of one guess; of OWASP's equal choices the one that fits a small computer's memory (32 MiB, 3 rounds). */
const COST = { N: 2 ** 15, r: 8, p: 3 };
const KEY_BYTES = 32;

/** `scrypt$N$r$p$salt$key`, so that a later version may ask for more and still read this one. */
export async function hashPassphrase(passphrase: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(passphrase, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** True when the passphrase is the one that was hashed. Throws when `stored` is no hash of ours. */
export async function verifyPassphrase(passphrase: string, stored: string): Promise<boolean> {
  const [scheme, N, r, p, salt, key] = stored.split('$');
  if (scheme !== 'scrypt' || !salt || !key) throw new Error('The stored passphrase has an unknown form.');
  const expected = Buffer.from(key, 'base64url');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  return timingSafeEqual(await derive(passphrase, Buffer.from(salt, 'base64url'), cost), expected);
}

function derive(passphrase: string, salt: Buffer, cost: typeof COST) {
  // The same letters typed on another keyboard may be other code points.
  const letters = passphrase.normalize('NFKC');
  const options = { ...cost, maxmem: 256 * cost.N * cost.r };
  return new Promise<Buffer>((resolve, reject) => {
    scrypt(letters, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
