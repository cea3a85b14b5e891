/** One share as the gate keeps it, who does something to it, and what comes of it. */

import type { ShareRefusal } from '../../../protocol/sharing.ts';
import type {
  Approved,
  Channel,
  Cut,
  OriginalFile,
  Purpose,
  Recipient,
  RedactedFile,
  State,
} from '../contract.ts';
import type { GateEntry } from './entry.ts';

/** Who acts. `program`: by a token; `approver`: a person at the gate's own page; `gate`: nobody. */
export type Actor =
  | { kind: 'program' | 'approver'; id: string }
  | { kind: 'homekit' }
  | { kind: 'command' }
  /** A timer or a job, or what was found after a restart. */
  | { kind: 'gate'; as: 'clock' | 'restart' };

/** What review shows and what is sent: one file, known by its hash. */
export type Artefact = { kind: 'redacted'; file: RedactedFile } | { kind: 'original'; file: OriginalFile };

export interface Approval {
  approverId: string;
  /** Of what was approved; see `digestOf`. */
  digest: string;
  /** Epoch ms. */
  at: number;
}

export interface Share {
  id: string;
  state: State;
  /** These three are fixed when it is proposed; an entry of a recipient never changes. */
  recipientId: string;
  class: Recipient['class'];
  channel: Channel;
  /** What was proposed; what leaves may be less. */
  clip: Cut;
  proposedBy: Actor;
  /** Epoch ms; then nobody has answered it. */
  expiresAt: number;
  /** Epoch ms of the last change of state. */
  changedAt: number;
  /** Counts the files made of it, so that a job that comes late is known as one. */
  renders: number;
  cut?: Cut;
  purpose?: Purpose;
  /** Epoch ms; `expiresAt` of what is approved. */
  until?: number;
  artefact?: Artefact;
  approvals: readonly Approval[];
  /** The approver chose to have no time for taking it back. */
  urgent?: true;
  /** By `Moment.ran`: when the time to take it back is over. */
  releaseFrom?: number;
  /** By `Moment.ran`: when the intent to send was written. */
  releasedRan?: number;
  /** The link is to be made dead, and is not known to be. */
  recall?: 'wanted';
  /** Why it came to an end that nobody chose. */
  reason?: EndReason;
}

export type EndReason =
  | 'not-answered'
  | 'file-changed'
  | 'recipient-gone'
  | 'send-failed'
  | 'log-unwritable'
  /** The gate ended between the intent to send and its result: it may have arrived. */
  | 'interrupted'
  | 'sharing-off';

/** Why an act is not done. Those of `ShareRefusal` are for programs as well. */
export type Refusal =
  | ShareRefusal
  | 'no-such-share'
  | 'sharing-off'
  | 'not-yours'
  | 'wrong-state'
  | 'expired'
  | 'too-early'
  | 'stale-job'
  | 'purpose-missing'
  | 'purpose-unusable'
  | 'no-proof'
  | 'not-what-was-reviewed'
  | 'same-approver'
  | 'cannot-be-recalled';

export interface Refused {
  refusal: Refusal;
}

/** What is to be done once the step is on the disk. */
export type Effect =
  | { type: 'render'; shareId: string; job: number; cut: Cut; original: boolean }
  | { type: 'send'; sending: Sending };

/** What a channel gets: what was approved, and nothing else. What sends to a community or a room takes `RedactedSending` alone. */
export type Sending = RedactedSending | OriginalSending;
interface SendingBase {
  shareId: string;
  approved: Approved;
  digest: string;
}
export interface RedactedSending extends SendingBase {
  kind: 'redacted';
  recipient: Recipient;
  file: RedactedFile;
}
export interface OriginalSending extends SendingBase {
  kind: 'original';
  recipient: Recipient & {
    class: Exclude<Recipient['class'], 'community'>;
    channel: Exclude<Channel, 'matrix'>;
  };
  file: OriginalFile;
}

export interface Step {
  share: Share;
  entries: GateEntry[];
  effects: Effect[];
}

/** A recipient with what the gate alone counts. */
export interface KeptRecipient extends Recipient {
  /** By `Moment.ran`: of no use before. */
  usableRan: number;
  /** The owner said that its address is in the house. */
  lan: boolean;
  /** Epoch ms; absent while it is on the list. */
  removedAt?: number;
}
