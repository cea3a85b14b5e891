/** Logs of shares made in memory, entry by entry as the gate writes them. */
import { generateKeyPairSync } from 'node:crypto';
import { hashOf, type Line, lineText, NO_HASH } from '../../plugin/sharing/audit/entry.ts';
import { originOf, type SignedHead, signHead } from '../../plugin/sharing/audit/heads.ts';
import { type Signer, signerOf } from '../../plugin/sharing/keys.ts';

export const BEGUN = Date.UTC(2026, 10, 22);
const MINUTE = 60_000;

export const newSigner = (): Signer => signerOf(generateKeyPairSync('ed25519').privateKey);

export interface MadeLog {
  lines: string[];
  /** One for each length that was asked for. */
  heads: SignedHead[];
}

export interface MadeLogOptions {
  signer: Signer;
  /** How many entries, the first included. */
  size: number;
  /** Lengths at which a head is signed. */
  headsAt: readonly number[];
  log?: string;
  /** Changes what an entry tells. */
  told?: (index: number) => string;
}

export function makeLog({ signer, size, headsAt, log = '0f'.repeat(16), told }: MadeLogOptions): MadeLog {
  const lines: string[] = [];
  const heads: SignedHead[] = [];
  let prev = NO_HASH;
  for (let index = 0; index < size; index++) {
    const at = BEGUN + index * MINUTE;
    const facts =
      index === 0 ? { log, key: signer.publicKeySsh } : { share: told?.(index) ?? `share-${index}` };
    const body = { at, facts, kind: index === 0 ? 'log-begun' : 'revoke-begun', salt: `salt-${index}` };
    const line: Line = { index, prev, body };
    lines.push(lineText(line));
    prev = hashOf(line);
    if (headsAt.includes(index + 1))
      heads.push(signHead({ origin: originOf(log), size: index + 1, hash: prev, at }, signer));
  }
  return { lines, heads };
}
