/** The one step that leads on to a release. */
import type { ActOf } from './act.ts';
import { approvedOf, digestOf } from './digest.ts';
import { approvedBy, moved } from './entry.ts';
import type { Moment } from './moment.ts';
import { isPinProof } from './pin-proof.ts';
import type { Policy } from './policy.ts';
import { releasesUsedUp } from './rate-limits.ts';
import { approvalsNeeded, mayGetOriginal, refuseRecipient } from './recipient-rules.ts';
import type { Approval, Artefact, Refusal, Refused, Share, Step } from './share.ts';

/** `approved` lasts no longer than this step: it is in the log, and the share waits. */
export function approve(share: Share, act: ActOf<'approve'>, now: Moment, policy: Policy): Step | Refused {
  const { by, proof, urgent } = act;
  const approved = approvedOf(share);
  if (!approved || !share.artefact) return { refusal: 'purpose-missing' };
  const refusal = refuseNow(share, share.artefact, act, now, policy);
  if (refusal) return { refusal };
  const digest = digestOf(approved, share.class);
  if (!isPinProof(proof)) return { refusal: 'no-proof' };
  if (by.kind !== 'approver' || proof.approverId !== by.id) return { refusal: 'no-proof' };
  const bound = proof.shareId === share.id && proof.digest === digest;
  if (!bound || act.fileSha256 !== approved.sha256) return { refusal: 'not-what-was-reviewed' };
  const before = share.approvals.filter((approval) => approval.digest === digest);
  if (before.some(({ approverId }) => approverId === by.id)) return { refusal: 'same-approver' };
  const approvals: Approval[] = [...before, { approverId: by.id, digest, at: now.wall }];
  const entries = [approvedBy(by.id, share, share.artefact, approved, now)];
  if (approvals.length < approvalsNeeded(share.class, share.artefact.kind, policy))
    return { share: { ...share, approvals }, entries, effects: [] };
  const undoMs = urgent ? 0 : policy.undoMs[share.class];
  return {
    share: {
      ...{ ...share, approvals, state: 'waiting', changedAt: now.wall, releaseFrom: now.ran + undoMs },
      ...(urgent && { urgent: true }),
    },
    entries: [...entries, moved(share, 'waiting', by, now, urgent ? 'urgent' : undefined)],
    effects: [],
  };
}

function refuseNow(
  share: Share,
  { kind }: Artefact,
  { facts: { on, recipient, others } }: ActOf<'approve'>,
  now: Moment,
  policy: Policy,
): Refusal | undefined {
  if (!on) return 'sharing-off';
  if (share.until !== undefined && now.wall >= share.until) return 'expired';
  if (kind === 'original' && !mayGetOriginal(share.class, share.channel)) return 'media-not-allowed';
  if (releasesUsedUp(share.class, others, now.ran, policy)) return 'rate-limited';
  return refuseRecipient(recipient, now);
}
