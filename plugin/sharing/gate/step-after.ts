/** Steps after the approval: the release, what became of it, and its end. */
import type { ActOf } from './act.ts';
import { approvedOf, digestOf } from './digest.ts';
import { moved, releaseBegun, releaseEnded, revokeBegun, revokeEnded } from './entry.ts';
import type { Moment } from './moment.ts';
import type { Policy } from './policy.ts';
import { approvalsNeeded, RECALL, refuseRecipient } from './recipient-rules.ts';
import type { Actor, EndReason, KeptRecipient, Refused, Sending, Share, Step } from './share.ts';
import { cancel, renderFailed } from './step-before.ts';

/** The intent to send. Once this is on the disk the share is sent by whoever got the effect, or never. */
export function release(share: Share, act: ActOf<'release'>, now: Moment, policy: Policy): Step | Refused {
  const { by, facts, fileSha256 } = act;
  if (share.releaseFrom === undefined || now.ran < share.releaseFrom) return { refusal: 'too-early' };
  if (share.until !== undefined && now.wall >= share.until) return expired(share, by, now);
  const stop = (reason: NonNullable<ActOf<'cancel'>['reason']>) =>
    cancel(share, { type: 'cancel', by, reason }, now);
  const { recipient } = facts;
  if (!facts.on) return stop('sharing-off');
  if (!recipient || refuseRecipient(recipient, now)) return stop('recipient-gone');
  const sending = sendingOf(share, recipient, policy);
  if (!sending || sending.file.sha256 !== fileSha256) return stop('file-changed');
  return {
    share: { ...share, state: 'released', changedAt: now.wall, releasedRan: now.ran },
    entries: [releaseBegun(share, fileSha256, now)],
    effects: [{ type: 'send', sending }],
  };
}

/** Undefined where what is there now is not what enough people approved. */
function sendingOf(share: Share, recipient: KeptRecipient, policy: Policy): Sending | undefined {
  const { artefact, approvals, id } = share;
  const approved = approvedOf(share);
  if (!approved || !artefact || recipient.class !== share.class || recipient.channel !== share.channel)
    return undefined;
  const digest = digestOf(approved, share.class);
  const people = new Set(approvals.filter((one) => one.digest === digest).map((one) => one.approverId));
  if (people.size < approvalsNeeded(share.class, artefact.kind, policy)) return undefined;
  const base = { shareId: id, approved, digest };
  if (artefact.kind === 'redacted') return { ...base, kind: 'redacted', recipient, file: artefact.file };
  const { class: to, channel } = recipient;
  if (to === 'community' || channel === 'matrix') return undefined;
  return { ...base, kind: 'original', recipient: { ...recipient, class: to, channel }, file: artefact.file };
}

export function sent(share: Share, _: ActOf<'sent'>, now: Moment): Step {
  return {
    share: { ...share, state: 'delivered', changedAt: now.wall },
    entries: [releaseEnded(share, 'delivered', now)],
    effects: [],
  };
}

export function sendFailed(share: Share, { reason }: ActOf<'sendFailed'>, now: Moment): Step {
  return {
    share: { ...share, state: 'failed', changedAt: now.wall, reason },
    entries: [releaseEnded(share, 'failed', now, reason)],
    effects: [],
  };
}

/** Anybody may ask for it; it is `revoked` once the link is known to be dead. */
export function revoke(share: Share, _: ActOf<'revoke'>, now: Moment): Step | Refused {
  if (RECALL[share.channel] === 'no') return { refusal: 'cannot-be-recalled' };
  return {
    share: { ...share, recall: 'wanted' },
    entries: [revokeBegun(share, now)],
    effects: [],
  };
}

export function recalled(share: Share, _: ActOf<'recalled'>, now: Moment): Step | Refused {
  const { recall, ...rest } = share;
  if (!recall) return { refusal: 'wrong-state' };
  const state = share.state === 'expired' ? 'expired' : 'revoked';
  return {
    share: { ...rest, state, changedAt: now.wall },
    entries: [revokeEnded(share, now)],
    effects: [],
  };
}

/** Of what nobody answered, or what has been there long enough. */
export function expire(share: Share, { by }: ActOf<'expire'>, now: Moment): Step | Refused {
  const isApproved = share.state === 'waiting' || share.state === 'delivered';
  if (now.wall < (isApproved ? (share.until ?? 0) : share.expiresAt)) return { refusal: 'too-early' };
  const ended = expired(share, by, now, isApproved ? undefined : 'not-answered');
  if (share.state !== 'delivered' || RECALL[share.channel] !== 'link') return ended;
  return {
    share: { ...ended.share, recall: 'wanted' },
    entries: [...ended.entries, revokeBegun(share, now)],
    effects: [],
  };
}

function expired(share: Share, by: Actor, now: Moment, reason?: EndReason): Step {
  return {
    share: { ...share, state: 'expired', changedAt: now.wall, ...(reason && { reason }) },
    entries: [moved(share, 'expired', by, now, reason)],
    effects: [],
  };
}

/** What the end of the gate, whatever it was, left half done. */
export function restart(share: Share, { by }: ActOf<'restart'>, now: Moment, policy: Policy): Step | Refused {
  if (share.state === 'rendering')
    return renderFailed(share, { type: 'renderFailed', by, job: share.renders }, now);
  if (share.state === 'waiting') {
    const undoMs = share.urgent ? 0 : policy.undoMs[share.class];
    const entries = [moved(share, 'waiting', by, now)];
    return { share: { ...share, releaseFrom: now.ran + undoMs }, entries, effects: [] };
  }
  // It may have been sent or not. To send it now could be the second time.
  return {
    share: { ...share, state: 'failed', changedAt: now.wall, reason: 'interrupted' },
    entries: [releaseEnded(share, 'unknown', now, 'interrupted')],
    effects: [],
  };
}
