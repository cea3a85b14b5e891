/**
 * The words of the gate: what a share is, who may get it, and what of a clip may leave. Nothing here does anything; the rules stand in the
 * files beside it. Ground: a rule, a token or HomeKit may stop a share, and the owner's hand alone releases one (RED-LINES.md).
 */
import type { CameraRef } from '../../protocol/event.ts';
import type { RecipientClass } from '../../protocol/sharing.ts';

/** From its proposal to its end; `approved` is left at once, `waiting` is the time to take it back. */
export const STATES = [
  'draft',
  'rendering',
  'review',
  'approved',
  'waiting',
  'released',
  'delivered',
  'failed',
  'revoked',
  'expired',
  'declined',
  'cancelled',
] as const;
export type State = (typeof STATES)[number];

export const CHANNELS = ['package', 'email', 'webdav', 'webhook', 'matrix'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Why the footage is asked for; part of what is approved. */
export const OCCASIONS = ['own-initiative', 'voluntary', 'compelled'] as const;
export type Occasion = (typeof OCCASIONS)[number];

/** What the footage is for: part of the digest, so that a package for one purpose cannot be sent for another. */
export interface Purpose {
  occasion: Occasion;
  /** In the owner's words, at most 200 characters. */
  text: string;
  caseNumber?: string;
  agency?: string;
  officer?: string;
  legalBasis?: string;
}

/** Who may get something. `address` depends on the channel and stays inside the gate. */
export interface Recipient {
  id: string;
  name: string;
  class: RecipientClass;
  channel: Channel;
  address: string;
  /** Camera ids; none means every camera. */
  cameras: readonly string[];
  maxClipMs: number;
  /** Epoch ms. A new one is of no use before `usableFrom`. */
  addedAt: number;
  usableFrom: number;
  expiresAt?: number;
}

/** A part of one clip. Epoch ms. */
export interface Cut {
  clipId: string;
  camera: CameraRef;
  from: number;
  to: number;
}

declare const redacted: unique symbol;
declare const original: unique symbol;

interface Artefact {
  /** Absolute, inside the gate's folder. */
  path: string;
  bytes: number;
  /** Hex. */
  sha256: string;
  contentType: 'video/mp4' | 'image/jpeg';
}
/**
 * A file that redaction made and its checks have passed. Only `plugin/sharing/redaction/` makes one. What sends to a community takes
 * `CommunityFile` of `redaction/contract.ts`: a mosaic made for somebody known is a `RedactedFile`, too.
 */
export type RedactedFile = Artefact & { readonly [redacted]: true };
/** A file as the recorder wrote it. A community never gets one. */
export type OriginalFile = Artefact & { readonly [original]: true };

/** What the owner approves: these bytes, to this recipient, this way, for this, until then. */
export interface Approved {
  sha256: string;
  recipientId: string;
  channel: Channel;
  purpose: Purpose;
  /** Epoch ms. */
  expiresAt: number;
}
