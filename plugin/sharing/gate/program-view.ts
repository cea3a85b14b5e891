/** What programs may say and know of shares: no address, no hash, no words of the owner's, and no way on. */
import type {
  ShareInfo,
  ShareProposal,
  ShareRecipient,
  ShareRefusal,
  ShareState,
} from '../../../protocol/sharing.ts';
import { SHARE_REFUSALS } from '../../../protocol/sharing.ts';
import type { State } from '../contract.ts';
import type { Moment } from './moment.ts';
import type { Policy } from './policy.ts';
import { type Counted, releasesUsedUp } from './rate-limits.ts';
import { refuseRecipient } from './recipient-rules.ts';
import type { KeptRecipient, Share } from './share.ts';

const ID = /^[\w-]{1,64}$/;
const FIELDS = ['clipId', 'eventId', 'recipientId', 'dryRun'];

/** A proposal as it came; undefined where anything is missing, of another kind, or beside. */
export function readProposal(body: unknown): ShareProposal | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  if (!Object.keys(body).every((field) => FIELDS.includes(field))) return undefined;
  const { clipId, eventId, recipientId, dryRun } = body as Record<string, unknown>;
  if (!isId(recipientId) || (dryRun !== undefined && typeof dryRun !== 'boolean')) return undefined;
  const rest = { recipientId, ...(dryRun !== undefined && { dryRun }) };
  if (isId(clipId) && eventId === undefined) return { clipId, ...rest };
  if (isId(eventId) && clipId === undefined) return { eventId, ...rest };
  return undefined;
}

const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value);

const TOLD: Record<State, ShareState> = {
  draft: 'proposed',
  rendering: 'proposed',
  review: 'proposed',
  approved: 'approved',
  waiting: 'waiting',
  released: 'approved',
  delivered: 'sent',
  failed: 'failed',
  revoked: 'sent',
  expired: 'expired',
  declined: 'declined',
  cancelled: 'cancelled',
};

export function toShareInfo(share: Share, { name }: Pick<KeptRecipient, 'name'>): ShareInfo {
  const { id, state, clip, recipientId, changedAt } = share;
  // What arrived and then ended was sent nonetheless.
  const ended = state === 'expired' && share.releasedRan !== undefined;
  return {
    ...{ id, state: ended ? 'sent' : TOLD[state], recipient: { id: recipientId, name, class: share.class } },
    clip: {
      ...{ id: clip.clipId, camera: { id: clip.camera.id, slug: clip.camera.slug, name: clip.camera.name } },
      ...{ startedAt: clip.from, endedAt: clip.to },
    },
    at: changedAt,
  };
}

/** Undefined for one that was removed. */
export function toRecipient(
  recipient: KeptRecipient,
  others: readonly Counted[],
  now: Moment,
  policy: Policy,
): ShareRecipient | undefined {
  const { id, name, class: to, cameras, maxClipMs, expiresAt, removedAt } = recipient;
  if (removedAt !== undefined) return undefined;
  const used = releasesUsedUp(to, others, now.ran, policy) ? 'rate-limited' : undefined;
  const refusal = refuseRecipient(recipient, now) ?? used;
  return {
    ...{ id, name, class: to, cameras: [...cameras], maxClipMs },
    ...(expiresAt !== undefined && { expiresAt }),
    ...(refusal && { refusal }),
  };
}

/** Whether a refusal is one that programs know. */
export function isShareRefusal(refusal: string): refusal is ShareRefusal {
  return (SHARE_REFUSALS as readonly string[]).includes(refusal);
}
