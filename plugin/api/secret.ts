import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** 256 random bits, base64url, 43 characters. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a random secret. It has 256 bits of its own, so a fast hash without salt will do. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Compares without telling by its time how much was right, nor how long the right one is. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(hashSecret(a), hashSecret(b));
}

// Crockford's base 32: nothing that reads like something else.
const CODE_LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A code for a person to type, 40 random bits: `K7QM-2XVD`. */
export function randomCode(): string {
  const letters = Array.from({ length: 8 }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** A code as typed, in any case, with or without dashes and with the usual mix-ups, as {@link randomCode} wrote it. */
export function normalCode(typed: string): string {
  const letters = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** A code for a person to compare with another screen and to read aloud, `4821-7730`; none of those that are taken. */
export function pairingCode(taken: ReadonlySet<string>): string {
  for (;;) {
    const digits = String(randomInt(100_000_000)).padStart(8, '0');
    const code = `${digits.slice(0, 4)}-${digits.slice(4)}`;
    if (!taken.has(code)) return code;
  }
}
