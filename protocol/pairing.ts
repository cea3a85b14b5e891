/** How a program asks to be let in and the household answers: shapes of `/api/v1/pairings`, shared by hub, Node-RED nodes and web app. */
import type { NewToken, Scope } from './api.ts';

/** Carries the secret of a pairing; a page of another site cannot send it. */
export const PAIRING_HEADER = 'x-doorstep-pairing';

/** What a program asks with: what it is called, and what it would like to do. */
export interface PairingOrder {
  name: string;
  scopes: Scope[];
}

/** The answer to the program alone. */
export interface PairingStarted {
  id: string;
  /** `4821-7730`; the same stands in the web app, so that a person can compare. */
  code: string;
  /** For {@link PAIRING_HEADER}: only who has it learns the answer. */
  secret: string;
  /** Epoch ms. */
  expiresAt: number;
}

/** What a program learns that asks again: the token comes with `approved`, once. */
export type PairingReply =
  | { state: 'pending'; expiresAt: number }
  | { state: 'approved'; token: NewToken }
  | { state: 'declined' }
  | { state: 'expired' };

/** A request as the household sees it. */
export interface PairingInfo {
  id: string;
  /** What the program calls itself; anybody may call itself anything. */
  name: string;
  code: string;
  /** What it would like to do. */
  scopes: Scope[];
  /** Network address that it came from. */
  address: string;
  /** Epoch ms. */
  askedAt: number;
  expiresAt: number;
  /** `approved`: the program has not fetched its token yet. */
  state: 'pending' | 'approved';
}

export interface PairingsReply {
  /** Oldest first. */
  pairings: PairingInfo[];
}
