import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Shortest and longest PIN or passphrase of an approver, in characters. */
export const PIN_LENGTH = { min: 6, max: 256 } as const;

export interface PinCost {
  N: number;
  r: number;
  p: number;
}
/** A quarter of a second and 128 MiB for each guess. */
export const PIN_COST: PinCost = { N: 2 ** 17, r: 8, p: 1 };

const KEY_BYTES = 32;

export function isPinLength(pin: string): boolean {
  const length = [...letters(pin)].length;
  return length >= PIN_LENGTH.min && length <= PIN_LENGTH.max;
}

/** `scrypt$N$r$p$salt$key`. Works in another thread. */
export async function hashPin(pin: string, cost: PinCost = PIN_COST): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(pin, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Whether the PIN is the one that was hashed; takes as long for a wrong one. Throws when `stored` is no hash of ours. */
export async function isPin(pin: string, stored: string): Promise<boolean> {
  const [scheme, N, r, p, salt, key] = stored.split('$');
  if (scheme !== 'scrypt' || !salt || !key) throw new Error('The stored PIN has an unknown form.');
  const expected = Buffer.from(key, 'base64url');
  const found = await derive(pin, Buffer.from(salt, 'base64url'), {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  });
  return timingSafeEqual(found, expected);
}

/** The same letters typed on another keyboard may be other code points. */
const letters = (pin: string) => pin.normalize('NFKC');

function derive(pin: string, salt: Buffer, { N, r, p }: PinCost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(letters(pin), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
