/** What the gate tells the audit log: ids, hashes and closed words; see `audit/entry-kinds.ts`. */
import { createHash } from 'node:crypto';
import type { RecipientClass } from '../../../protocol/sharing.ts';
import type { ACTORS } from '../audit/entry-kinds.ts';
import type { Approved, Channel, Purpose, State } from '../contract.ts';
import type { Moment } from './moment.ts';
import type { Actor, Artefact, Share } from './share.ts';

type LoggedActor = (typeof ACTORS)[number];

interface Facts {
  'sharing-switched': { on: boolean; by: LoggedActor };
  'pin-set': { approver: string };
  'pin-refused': { approver?: string; triesLeft: number };
  'pin-locked': { until: number };
  'recipient-added': {
    recipient: string;
    class: RecipientClass;
    channel: Channel;
    usableFrom: number;
    expiresAt?: number;
  };
  'recipient-removed': { recipient: string };
  'share-proposed': {
    share: string;
    recipient: string;
    clip: string;
    camera: string;
    from: number;
    to: number;
    by: LoggedActor;
  };
  'share-moved': { share: string; from: State; to: State; by: LoggedActor; why?: string };
  'share-approved': {
    share: string;
    approver: string;
    sha256: string;
    recipient: string;
    channel: Channel;
    redacted: boolean;
    expiresAt: number;
    purpose: Omit<Purpose, 'text'> & { textSha256: string };
  };
  'release-begun': { share: string; sha256: string; recipient: string; channel: Channel };
  'release-ended': { share: string; outcome: 'delivered' | 'failed' | 'unknown'; why?: string };
  'revoke-begun': { share: string };
  'revoke-ended': { share: string; outcome: 'revoked' };
}

/** `at`: epoch ms. One that is told twice, after a crash, is the same to the letter. */
export type GateEntry = {
  [Kind in keyof Facts]: { at: number; kind: Kind; facts: Facts[Kind] };
}[keyof Facts];

/** The audit log, as the gate needs it. */
export interface AuditLog {
  /** Resolves once the entry is on the disk. */
  append(entry: GateEntry): Promise<void>;
}

const LOGGED: Record<Exclude<Actor['kind'], 'gate'>, LoggedActor> = {
  approver: 'owner',
  program: 'program',
  homekit: 'homekit',
  command: 'command-line',
};

export const loggedActor = (by: Actor): LoggedActor => (by.kind === 'gate' ? by.as : LOGGED[by.kind]);

export function proposed({ id, recipientId, clip, proposedBy }: Share, { wall }: Moment): GateEntry {
  const { clipId, camera, from, to } = clip;
  const facts = { share: id, recipient: recipientId, clip: clipId, camera: camera.id, from, to };
  return { at: wall, kind: 'share-proposed', facts: { ...facts, by: loggedActor(proposedBy) } };
}

export function moved(
  { id, state }: Pick<Share, 'id' | 'state'>,
  to: State,
  by: Actor,
  { wall }: Moment,
  why?: string,
): GateEntry {
  const facts = { share: id, from: state, to, by: loggedActor(by) };
  return { at: wall, kind: 'share-moved', facts: { ...facts, ...(why && { why }) } };
}

export function approvedBy(
  approver: string,
  { id }: Share,
  { kind }: Artefact,
  { sha256, recipientId, channel, purpose, expiresAt }: Approved,
  { wall }: Moment,
): GateEntry {
  const { text, ...rest } = purpose;
  const textSha256 = createHash('sha256').update(text).digest('hex');
  return {
    at: wall,
    kind: 'share-approved',
    facts: {
      ...{ share: id, approver, sha256, recipient: recipientId, channel, redacted: kind === 'redacted' },
      ...{ expiresAt, purpose: { ...rest, textSha256 } },
    },
  };
}

export function releaseBegun(
  { id, recipientId, channel }: Share,
  sha256: string,
  { wall }: Moment,
): GateEntry {
  return { at: wall, kind: 'release-begun', facts: { share: id, sha256, recipient: recipientId, channel } };
}

export function releaseEnded(
  { id }: Share,
  outcome: 'delivered' | 'failed' | 'unknown',
  { wall }: Moment,
  why?: string,
): GateEntry {
  return { at: wall, kind: 'release-ended', facts: { share: id, outcome, ...(why && { why }) } };
}

export function revokeBegun({ id }: Share, { wall }: Moment): GateEntry {
  return { at: wall, kind: 'revoke-begun', facts: { share: id } };
}

export function revokeEnded({ id }: Share, { wall }: Moment): GateEntry {
  return { at: wall, kind: 'revoke-ended', facts: { share: id, outcome: 'revoked' } };
}
