/** The numbers of the gate. The owner chooses one of them, `twoPersons`; the rest holds for every house. */
import type { RecipientClass } from '../../../protocol/sharing.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Over which the limits count. */
export const DAY_MS = 24 * HOUR_MS;

export interface Policy {
  /** How long a proposal waits for the owner. */
  proposalMs: number;
  /** How long one showing of what is to be approved can be answered. */
  approvalMs: number;
  /** To take back what was approved. */
  undoMs: Record<RecipientClass, number>;
  /** Before a new recipient, or a second approver, is of use. */
  waitMs: number;
  /** Releases in a day; `all` for all classes together. */
  releasesPerDay: { all: number } & Partial<Record<RecipientClass, number>>;
  /** Of programs, in a day. */
  proposalsPerDay: number;
  /** What may go to a recipient of that class at most; the recipient itself may have less. */
  longestClipMs: Record<RecipientClass, number>;
  /** From its approval, until what was shared ends. */
  longestShareMs: number;
  /** Whether two different people approve each share. */
  twoPersons: boolean;
}

export const POLICY: Policy = {
  proposalMs: DAY_MS,
  approvalMs: 10 * MINUTE_MS,
  undoMs: {
    household: 10 * MINUTE_MS,
    adviser: 10 * MINUTE_MS,
    police: 10 * MINUTE_MS,
    community: HOUR_MS,
  },
  waitMs: DAY_MS,
  releasesPerDay: { all: 5, police: 3, community: 1 },
  proposalsPerDay: 20,
  longestClipMs: {
    household: 10 * MINUTE_MS,
    adviser: 10 * MINUTE_MS,
    police: 10 * MINUTE_MS,
    community: MINUTE_MS,
  },
  longestShareMs: 30 * DAY_MS,
  twoPersons: false,
};
