/** What a message may propose to share, and what became of it. All authority is with the hub: nothing here widens anything. */
import type {
  ShareDryRun,
  ShareGate,
  ShareInfo,
  ShareProposal,
  ShareRecipient,
  ShareRefusal,
  ShareState,
} from '../../protocol/sharing.ts';
import type { HubRequest } from './hub-request.ts';
import { fieldOf } from './read-message.ts';

export interface ShareSettings {
  /** Id of a recipient; empty: that of `msg.recipient`. */
  recipient?: unknown;
  dryRun?: unknown;
}

/** Which recording, to whom. The ids are those of the hub; what else stands in the message is not looked at. */
export type ShareWish = ({ clipId: string } | { eventId: string }) & { recipientId: string; dryRun: boolean };

/** The key of the words that say what is missing. */
export interface MissingWish {
  missing: 'no-clip' | 'no-recipient';
}

/** `msg.dryRun` can only make a trial of it, and `msg.recipient` only counts where the node leaves it open. */
export function shareWish(
  settings: ShareSettings,
  message: Record<string, unknown>,
): ShareWish | MissingWish {
  const what = recordingOf(message);
  if (!what) return { missing: 'no-clip' };
  const recipientId = idIn(settings.recipient) ?? idIn(message.recipient);
  if (!recipientId) return { missing: 'no-recipient' };
  return { ...what, recipientId, dryRun: settings.dryRun === true || message.dryRun === true };
}

/** `msg.clip` or `msg.eventId`, else the clip of the event, else the event itself. */
function recordingOf({
  clip,
  eventId,
  event,
}: Record<string, unknown>): { clipId: string } | { eventId: string } | undefined {
  const clipId = idIn(clip) ?? idIn(fieldOf(clip, 'id'));
  if (clipId) return { clipId };
  const named = idIn(eventId);
  if (named) return { eventId: named };
  const ofEvent = idIn(fieldOf(fieldOf(fieldOf(event, 'media'), 'clip'), 'id'));
  if (ofEvent) return { clipId: ofEvent };
  const id = idIn(fieldOf(event, 'id'));
  return id ? { eventId: id } : undefined;
}

/** An id as the hub makes them; anything else is none. */
function idIn(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value) ? value : undefined;
}

/** The recipient with this id that the hub lists now. */
export function recipientOf({ recipients }: ShareGate, id: string): ShareRecipient | undefined {
  return recipients.find((recipient) => recipient.id === id);
}

/** The one thing that is ever sent. */
export function shareRequest(wish: ShareWish): HubRequest {
  const { recipientId, dryRun } = wish;
  const what = 'clipId' in wish ? { clipId: wish.clipId } : { eventId: wish.eventId };
  const body: ShareProposal = { ...what, recipientId, ...(dryRun && { dryRun: true }) };
  return { method: 'POST', path: '/shares', body };
}

type Snake<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}_${Snake<Tail>}`
  : Text;

/** Why a recording has not been shared, or not yet. */
export type NotShared =
  | Snake<ShareRefusal>
  | 'disabled'
  | 'scope_missing'
  | 'pending'
  | 'owner_denied'
  | 'owner_timeout'
  | 'cancelled'
  | 'failed'
  | 'dry_run';

/** What `msg.share` says. Times are epoch ms. */
export interface ShareReport {
  /** As the hub has it; none where nothing was kept. */
  requestId?: string;
  recipient?: Pick<ShareRecipient, 'id' | 'name' | 'class'>;
  /** First output: the owner said yes, or it is there. */
  state?: 'accepted' | 'delivered';
  /** Second output. */
  reason?: NotShared;
  /** Of a trial: the rule that would stop it; none where the owner would be asked. */
  refusal?: Snake<ShareRefusal>;
  clip?: ShareInfo['clip'];
  at: number;
}

/** `recipient-expired` as flows know it: `recipient_expired`. */
export function refusalReason(refusal: ShareRefusal): Snake<ShareRefusal> {
  return refusal.replaceAll('-', '_') as Snake<ShareRefusal>;
}

const OUTCOMES: Record<ShareState, Pick<ShareReport, 'state' | 'reason'>> = {
  proposed: { reason: 'pending' },
  waiting: { state: 'accepted' },
  approved: { state: 'accepted' },
  sent: { state: 'delivered' },
  declined: { reason: 'owner_denied' },
  cancelled: { reason: 'cancelled' },
  expired: { reason: 'owner_timeout' },
  failed: { reason: 'failed' },
};

export function reportOf({ id, state, recipient, clip, at }: ShareInfo): ShareReport {
  return { requestId: id, recipient, ...OUTCOMES[state], clip, at };
}

/** Whether more may come of it. */
export function isOpen(state: ShareState): boolean {
  return state === 'proposed' || state === 'waiting' || state === 'approved';
}

export function dryRunReport(
  { refusal, clip }: Pick<ShareDryRun, 'refusal' | 'clip'>,
  recipient: ShareReport['recipient'],
  at: number,
): ShareReport {
  return {
    ...{ reason: 'dry_run', at },
    ...(recipient && { recipient }),
    ...(refusal && { refusal: refusalReason(refusal) }),
    ...(clip && { clip }),
  };
}
