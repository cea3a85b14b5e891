/**
 * What is hidden of a clip before it leaves. Places are in parts of the picture, 0 (left, top) to 1; times are ms since the first picture of
 * the clip. Two kinds of recipients, kept apart by their types: what is made for a community is always hidden but for what the owner opens,
 * with solid fill and without sound.
 */
import type { Box } from '../../../protocol/detection.ts';
import type { Polygon } from '../../camera/masks.ts';
import type { SmallPicture } from '../../camera/small-parser.ts';
import type { MediaFile } from '../../recordings/contract.ts';
import type { RedactedFile } from '../contract.ts';

/** A stretch of the clip: `from` up to and without `to`, in ms. */
export interface Stretch {
  from: number;
  to: number;
}

/** A part of the picture that the owner opens, and when. */
export interface Opening extends Stretch {
  place: Polygon | Box;
}

/** An opening as it is drawn: its corners. */
export interface OpenArea extends Stretch {
  corners: Polygon;
}

/** `solid` gives nothing away; `mosaic` (coarse squares) is for known recipients alone. */
export type Fill = 'solid' | 'mosaic';

interface Hidden {
  /** What nobody shall see; it stays hidden inside of openings too. */
  zones: readonly Polygon[];
  /** Whether what differs from the background of the clip is hidden, inside of openings too. */
  moving: boolean;
  /** Whether heads that the person model finds are hidden, inside of openings too. An aid: it misses people. */
  heads: boolean;
}

/** For a community: all of it is hidden but for the openings. */
export interface CommunityPlan extends Hidden {
  readonly audience: 'community';
  base: 'all';
  open: readonly OpenArea[];
  fill: 'solid';
  audio: false;
}

/** For the household, an adviser or the police: all of it but for the openings, or only what is named. */
export interface KnownPlan extends Hidden {
  readonly audience: 'known';
  base: 'all' | 'nothing';
  open: readonly OpenArea[];
  fill: Fill;
  audio: boolean;
}

export type RedactionPlan = CommunityPlan | KnownPlan;

declare const forCommunity: unique symbol;
/** A redacted file that was made after a {@link CommunityPlan}; what sends to a community takes nothing else. */
export type CommunityFile = RedactedFile & { readonly [forCommunity]: true };

/** What `render` gives for a plan. */
export type Rendered<Plan extends RedactionPlan> = Plan extends CommunityPlan ? CommunityFile : RedactedFile;

/** The footage as the recorder wrote it. */
export type Source = Pick<MediaFile, 'bytes' | 'read'>;

/** Finds where heads may be, never whose. Gives boxes of the whole picture; rejects when the model fails. */
export interface HeadFinder {
  heads(picture: SmallPicture): Promise<Box[]>;
}
