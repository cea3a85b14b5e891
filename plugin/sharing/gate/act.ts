/** What can be done to a share, by whom, and in which states. */
import type { Cut, Purpose, State } from '../contract.ts';
import type { PinProof } from './pin-proof.ts';
import type { Counted } from './rate-limits.ts';
import type { Actor, Artefact, KeptRecipient } from './share.ts';

/** What else is so at that moment. */
export interface Facts {
  /** Whether the owner has sharing switched on. */
  on: boolean;
  /** The recipient of the share as the list has it. */
  recipient: KeptRecipient | undefined;
  /** All other shares that the limits may count. */
  others: readonly Counted[];
}

export type Act = { by: Actor } & (
  | {
      type: 'propose';
      id: string;
      /** Undefined: there is none by that id. */
      clip: Cut | undefined;
      facts: Facts;
      /** When programs proposed, by `Moment.ran`. */
      proposedRan: readonly number[];
    }
  | { type: 'describe'; purpose: Purpose; until: number }
  | { type: 'render'; cut: Cut; original: boolean; facts: Facts }
  | { type: 'rendered'; job: number; artefact: Artefact }
  | { type: 'renderFailed'; job: number }
  /** `fileSha256`: of the file as it lies there at that moment; undefined: it cannot be read. */
  | { type: 'approve'; proof: PinProof; urgent: boolean; fileSha256: string | undefined; facts: Facts }
  | { type: 'release'; fileSha256: string | undefined; facts: Facts }
  | { type: 'sent' }
  | { type: 'sendFailed'; reason: 'send-failed' | 'log-unwritable' }
  | { type: 'cancel'; reason?: 'sharing-off' | 'recipient-gone' | 'file-changed' }
  | { type: 'decline' }
  | { type: 'revoke' }
  | { type: 'recalled' }
  | { type: 'expire' }
  | { type: 'restart' }
);
export type ActType = Act['type'];
export type ActOf<Type extends ActType> = Extract<Act, { type: Type }>;

/** Before the owner has approved it. */
export const OPEN: readonly State[] = ['draft', 'rendering', 'review'];
const BEFORE_RELEASE: readonly State[] = [...OPEN, 'approved', 'waiting'];

/** In which states each act is taken; `propose` makes a share, and has none. */
export const FROM: Record<ActType, readonly State[]> = {
  propose: [],
  describe: OPEN,
  render: ['draft', 'review'],
  rendered: ['rendering'],
  renderFailed: ['rendering'],
  approve: ['review'],
  release: ['waiting'],
  sent: ['released'],
  sendFailed: ['released'],
  cancel: BEFORE_RELEASE,
  decline: BEFORE_RELEASE,
  revoke: ['delivered', 'failed'],
  recalled: ['delivered', 'failed', 'expired'],
  expire: [...BEFORE_RELEASE, 'delivered'],
  restart: ['rendering', 'waiting', 'released'],
};

const ANYBODY: readonly Actor['kind'][] = ['program', 'approver', 'homekit', 'command', 'gate'];

/** Who may do it. Anybody may stop a share; an approver alone moves it on, and `approve` asks for a proof of the PIN besides. */
export const MAY: Record<ActType, readonly Actor['kind'][]> = {
  propose: ['program', 'approver', 'command'],
  describe: ['approver'],
  render: ['approver'],
  rendered: ['gate'],
  renderFailed: ['gate'],
  approve: ['approver'],
  release: ['gate'],
  sent: ['gate'],
  sendFailed: ['gate'],
  cancel: ANYBODY,
  decline: ANYBODY,
  revoke: ANYBODY,
  recalled: ['gate'],
  expire: ['gate'],
  restart: ['gate'],
};
