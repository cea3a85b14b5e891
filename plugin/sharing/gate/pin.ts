import { lettersOf, type ScryptCost } from '../../system/scrypt-hash.ts';

/** Shortest and longest PIN or passphrase of an approver, in characters. */
export const PIN_LENGTH = { min: 6, max: 256 } as const;

/** A quarter of a second and 128 MiB for each guess. */
export const PIN_COST: ScryptCost = { N: 2 ** 17, r: 8, p: 1 };

export function isPinLength(pin: string): boolean {
  const length = [...lettersOf(pin)].length;
  return length >= PIN_LENGTH.min && length <= PIN_LENGTH.max;
}
