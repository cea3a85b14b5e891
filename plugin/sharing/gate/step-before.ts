/** Steps up to the owner's review, and those that end it there. */
import type { Cut } from '../contract.ts';
import type { ActOf } from './act.ts';
import { moved, proposed } from './entry.ts';
import type { Moment } from './moment.ts';
import type { Policy } from './policy.ts';
import { isUsablePurpose } from './purpose.ts';
import { proposalsUsedUp, releasesUsedUp } from './rate-limits.ts';
import { mayGetOriginal, refuseCut, refuseRecipient } from './recipient-rules.ts';
import type { Refused, Share, Step } from './share.ts';

export function propose(act: ActOf<'propose'>, now: Moment, policy: Policy): Step | Refused {
  const { by, id, clip, facts, proposedRan } = act;
  const { recipient, on, others } = facts;
  if (!on) return { refusal: 'sharing-off' };
  const refused = refuseRecipient(recipient, now);
  if (!recipient || refused) return { refusal: refused ?? 'recipient-not-approved' };
  if (!clip || !isSpan(clip)) return { refusal: 'no-such-clip' };
  const unfit = refuseCut(recipient, clip, policy);
  if (unfit) return { refusal: unfit };
  if (releasesUsedUp(recipient.class, others, now.ran, policy)) return { refusal: 'rate-limited' };
  // The owner's own proposals have no limit: a flow that runs wild must not shut him out.
  if (by.kind === 'program' && proposalsUsedUp(proposedRan, now.ran, policy))
    return { refusal: 'rate-limited' };
  const share: Share = {
    ...{ id, state: 'draft', recipientId: recipient.id, class: recipient.class, channel: recipient.channel },
    ...{ clip, proposedBy: by, expiresAt: now.wall + policy.proposalMs, changedAt: now.wall },
    ...{ renders: 0, approvals: [] },
  };
  return { share, entries: [proposed(share, now)], effects: [] };
}

/** What it is for, and until when. Whatever was approved of it is void. */
export function describe(
  share: Share,
  { purpose, until }: ActOf<'describe'>,
  now: Moment,
  { longestShareMs }: Policy,
): Step | Refused {
  const inTime = Number.isSafeInteger(until) && until > now.wall && until <= now.wall + longestShareMs;
  if (!inTime || !isUsablePurpose(purpose)) return { refusal: 'purpose-unusable' };
  return {
    share: { ...share, purpose, until, approvals: [] },
    entries: [],
    effects: [],
  };
}

/** Has a file made of it, for the first time or anew. Whatever was approved of it is void. */
export function render(
  share: Share,
  { by, cut, original, facts }: ActOf<'render'>,
  now: Moment,
  policy: Policy,
): Step | Refused {
  const { recipient, on } = facts;
  if (!on) return { refusal: 'sharing-off' };
  const refused = refuseRecipient(recipient, now);
  if (!recipient || refused) return { refusal: refused ?? 'recipient-not-approved' };
  const unfit = isWithin(cut, share.clip) ? refuseCut(recipient, cut, policy) : 'media-not-allowed';
  if (unfit) return { refusal: unfit };
  if (original && !mayGetOriginal(share.class, share.channel)) return { refusal: 'media-not-allowed' };
  const { artefact: _, ...rest } = share;
  const job = share.renders + 1;
  const kept: Share = { ...rest, state: 'rendering', cut, renders: job, approvals: [], changedAt: now.wall };
  return {
    share: kept,
    entries: [moved(share, 'rendering', by, now)],
    effects: [{ type: 'render', shareId: share.id, job, cut, original }],
  };
}

export function rendered(
  share: Share,
  { by, job, artefact }: ActOf<'rendered'>,
  now: Moment,
): Step | Refused {
  if (job !== share.renders) return { refusal: 'stale-job' };
  if (artefact.kind === 'original' && !mayGetOriginal(share.class, share.channel))
    return { refusal: 'media-not-allowed' };
  return {
    share: { ...share, state: 'review', artefact, approvals: [], changedAt: now.wall },
    entries: [moved(share, 'review', by, now)],
    effects: [],
  };
}

export function renderFailed(share: Share, { by, job }: ActOf<'renderFailed'>, now: Moment): Step | Refused {
  if (job !== share.renders) return { refusal: 'stale-job' };
  return {
    share: { ...share, state: 'draft', changedAt: now.wall },
    entries: [moved(share, 'draft', by, now, 'render-failed')],
    effects: [],
  };
}

export function cancel(share: Share, { by, reason }: ActOf<'cancel'>, now: Moment): Step {
  return {
    share: { ...share, state: 'cancelled', changedAt: now.wall, ...(reason && { reason }) },
    entries: [moved(share, 'cancelled', by, now, reason)],
    effects: [],
  };
}

export function decline(share: Share, { by }: ActOf<'decline'>, now: Moment): Step {
  return {
    share: { ...share, state: 'declined', changedAt: now.wall },
    entries: [moved(share, 'declined', by, now)],
    effects: [],
  };
}

function isSpan({ from, to }: Cut): boolean {
  return Number.isSafeInteger(from) && Number.isSafeInteger(to) && from < to;
}

function isWithin(cut: Cut, clip: Cut): boolean {
  const same = cut.clipId === clip.clipId && cut.camera.id === clip.camera.id;
  return same && isSpan(cut) && cut.from >= clip.from && cut.to <= clip.to;
}
