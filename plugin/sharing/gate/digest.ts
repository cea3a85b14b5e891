import { createHash } from 'node:crypto';
import type { RecipientClass } from '../../../protocol/sharing.ts';
import type { Approved } from '../contract.ts';
import type { Share } from './share.ts';

/** What would be approved now; undefined while something of it is missing. */
export function approvedOf({ artefact, purpose, until, recipientId, channel }: Share): Approved | undefined {
  if (!artefact || !purpose || until === undefined) return undefined;
  return { sha256: artefact.file.sha256, recipientId, channel, purpose, expiresAt: until };
}

/** SHA-256, hex, over all that an approval is bound to. Any difference in it, however small, makes another one. */
export function digestOf({ sha256, recipientId, channel, purpose, expiresAt }: Approved, to: RecipientClass) {
  const { occasion, text, caseNumber, agency, officer, legalBasis } = purpose;
  // A list in this order, with nothing left out, has one form only.
  const bound = [
    ...['doorstep-approval-1', sha256, recipientId, to, channel, expiresAt],
    ...[occasion, text, caseNumber ?? null, agency ?? null, officer ?? null, legalBasis ?? null],
  ];
  return createHash('sha256').update(JSON.stringify(bound)).digest('hex');
}
