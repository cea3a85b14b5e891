/** Hashes of what people know by heart, by Node's own scrypt. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** What one guess costs: 128 * N * r bytes of memory, p times over. */
export interface ScryptCost {
  N: number;
  r: number;
  p: number;
}

const KEY_BYTES = 32;

/** The same letters typed on another keyboard may be other code points. */
export function lettersOf(typed: string): string {
  return typed.normalize('NFKC');
}

/** `scrypt$N$r$p$salt$key`, so that a later version may ask for more and still read this one. Works in another thread. */
export async function hashTyped(typed: string, cost: ScryptCost): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(typed, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Whether it is what was hashed; takes as long for a wrong one. Throws when `stored` is no hash of ours. */
export async function isTyped(typed: string, stored: string): Promise<boolean> {
  const [scheme, N, r, p, salt, key] = stored.split('$');
  if (scheme !== 'scrypt' || !salt || !key) throw new Error('The stored hash has an unknown form.');
  const expected = Buffer.from(key, 'base64url');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  return timingSafeEqual(await derive(typed, Buffer.from(salt, 'base64url'), cost), expected);
}

function derive(typed: string, salt: Buffer, cost: ScryptCost): Promise<Buffer> {
  const options = { ...cost, maxmem: 256 * cost.N * cost.r };
  return new Promise((resolve, reject) => {
    scrypt(lettersOf(typed), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
