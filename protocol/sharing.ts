/** What a program may say to the gate, with the scope `share:request`: propose, look, take back. Nothing here releases anything. */
import type { CameraRef } from './event.ts';

/** Why the gate would not take a proposal to this recipient now. */
export const SHARE_REFUSALS = [
  'recipient-not-approved',
  'recipient-expired',
  'camera-not-allowed',
  'media-not-allowed',
  'rate-limited',
  'no-such-clip',
] as const;
export type ShareRefusal = (typeof SHARE_REFUSALS)[number];

export const RECIPIENT_CLASSES = ['household', 'adviser', 'police', 'community'] as const;
/** `adviser`: an insurer or a lawyer. */
export type RecipientClass = (typeof RECIPIENT_CLASSES)[number];

/** A recipient as programs may know it: no address, no secret. */
export interface ShareRecipient {
  id: string;
  name: string;
  class: RecipientClass;
  /** Cameras whose clips may go there; none means every camera. */
  cameras: string[];
  /** Longest clip, in ms. */
  maxClipMs: number;
  /** Epoch ms; absent where it does not end. */
  expiresAt?: number;
  /** Absent where a proposal would be taken. */
  refusal?: ShareRefusal;
}

/** Answer to `GET shares/gate`. While sharing is off there is no such route: 404. */
export interface ShareGate {
  recipients: ShareRecipient[];
}

/** Body of `POST shares`: a clip by its id, or that of an event. */
export type ShareProposal = ({ clipId: string } | { eventId: string }) & {
  recipientId: string;
  /** Says what would happen, and keeps nothing. */
  dryRun?: boolean;
};

/** How far a proposal is; the owner's hand alone moves it past `proposed`. */
export const SHARE_STATES = [
  'proposed',
  'waiting',
  'approved',
  'sent',
  'declined',
  'cancelled',
  'expired',
  'failed',
] as const;
export type ShareState = (typeof SHARE_STATES)[number];

/** Answer to `POST shares` and `GET shares/:id`. Times are epoch ms. */
export interface ShareInfo {
  id: string;
  state: ShareState;
  recipient: Pick<ShareRecipient, 'id' | 'name' | 'class'>;
  clip: { id: string; camera: CameraRef; startedAt: number; endedAt: number };
  at: number;
}

/** Answer to `POST shares` with `dryRun`. A refusal without `dryRun` is HTTP 409 with the refusal as its problem's code. */
export interface ShareDryRun {
  dryRun: true;
  refusal?: ShareRefusal;
  clip?: ShareInfo['clip'];
}
