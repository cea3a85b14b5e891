import { hashTyped, isTyped, type ScryptCost } from '../system/scrypt-hash.ts';

/** Shortest and longest household passphrase, in characters. */
export const PASSPHRASE_LENGTH = { min: 8, max: 256 } as const;

/** Cost of one guess; of OWASP's equal choices the one that fits a small computer's memory (32 MiB, 3 rounds). */
const COST: ScryptCost = { N: 2 ** 15, r: 8, p: 3 };

/** As {@link hashTyped}. */
export function hashPassphrase(passphrase: string): Promise<string> {
  return hashTyped(passphrase, COST);
}

/** As {@link isTyped}. */
export function verifyPassphrase(passphrase: string, stored: string): Promise<boolean> {
  return isTyped(passphrase, stored);
}
