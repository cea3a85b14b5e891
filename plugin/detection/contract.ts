/** What the parts of detection say to each other. Times are epoch ms; places are in parts of the picture, 0 (left, top) to 1. */
import type { Box, DetectionRule, SightInfo } from '../../protocol/detection.ts';
import type { SmallFrame } from '../camera/contract.ts';
import type { Polygon } from '../camera/masks.ts';

/** Something that a model recognised. */
export interface Detected {
  label: 'person' | 'package';
  /** 0 to 1, as the model gives it. */
  score: number;
  box: Box;
}

/** Recognises people, and perhaps packages, in one picture. Never faces, and never who somebody is. */
export interface Detector extends AsyncDisposable {
  /** For the log and the web app: `MoveNet MultiPose`, or what the owner's model is called. */
  readonly name: string;
  /** What it can recognise. Without `package`, packages are found by what changed alone. */
  readonly labels: readonly Detected['label'][];
  /**
   * What is in the picture, or in a part of it looked at more closely; boxes are always of the whole picture. Several seconds at most;
   * rejects when the model fails.
   */
  detect(frame: SmallFrame, part?: Box): Promise<Detected[]>;
}

/** Where to look. Empty lists: `doorstep` is the lower 60 % of the picture, `motion` all of it, `ignore` nothing. */
export interface SightZones {
  /** Where packages are put. */
  doorstep: readonly Polygon[];
  /** Where motion and people count. */
  motion: readonly Polygon[];
  /** Where nothing counts. */
  ignore: readonly Polygon[];
  /** What nobody shall see: it is black in every picture that is made, whatever comes from the camera, and nothing counts there. */
  hidden?: readonly Polygon[];
}

/** How a camera's thresholds were moved by answers: 0 is as shipped, -1 the most careful, 1 the keenest. */
export interface Leanings {
  motion: number;
  person: number;
  package: number;
}

export interface SightOptions {
  zones: SightZones;
  /** Whether it looks for them. Without `people`, packages are judged without a visit, as in a trial with hands alone. */
  people: boolean;
  packages: boolean;
  leanings: Leanings;
  /** Smallest thing that counts as motion, as a part of the picture's height. */
  smallest: number;
  /** Motion shorter than this does not count, in ms. */
  shortestMs: number;
  /** What `memory` news told last, before a restart. */
  memory?: string;
}

/** A small picture of what was decided on, RGB, 3 bytes a pixel. */
export interface Crop {
  width: number;
  height: number;
  rgb: Uint8Array;
}

/** What was measured, by name: `size`, `seconds`, `edges`, `likeness`, … */
export type Scores = Readonly<Record<string, number>>;

/** Where something is that counts: at the doorstep, or in an area drawn for motion. */
export type ZoneName = 'doorstep' | 'motion';

/** What becomes known of a camera's picture. `crop` comes with the first news of motion or a visit, and with better ones. */
export type SightNews =
  /** Something moves, in this picture; told for each picture in which it does. */
  | { type: 'motion'; at: number; score: number; box: Box; scores: Scores; zone?: ZoneName; crop?: Crop }
  /** Somebody is there; told once a visit has begun, and again with each better look at them. `crop` shows them. */
  | { type: 'person'; at: number; score: number; box: Box; scores: Scores; zone?: ZoneName; crop?: Crop }
  /** The last person of a visit is gone, since `at`. */
  | { type: 'left'; at: number }
  | PackageNews
  /** These packages are given up: whether they lie there will never be known. */
  | { type: 'over'; packageIds: readonly string[] }
  /** Whether what is known of packages can be seen now; false in the dark. Told when it changes. */
  | { type: 'certainty'; at: number; confirmed: boolean }
  /** What a restart must know; replaces what was told before. At most 256 KiB. */
  | { type: 'memory'; text: string };

/** A package came, went, or was something else. */
export interface PackageNews {
  type: 'package';
  phase: 'delivered' | 'removed' | 'corrected';
  /** When it happened, as far as it was seen: the last change of the place. */
  at: number;
  /** When it was decided. */
  decidedAt: number;
  /** ULID of the package. */
  packageId: string;
  /** Names this decision. */
  decisionId: string;
  /** How many packages lie there after it. */
  count: number;
  /** 0 to 1. */
  score: number;
  box: Box;
  rule: DetectionRule;
  scores: Scores;
  before: Crop;
  after: Crop;
  /** `decisionId` of what a better view corrects. */
  supersedes?: string;
  /** Nobody saw it go: at any time after this, epoch ms. */
  unseenSince?: number;
}

/** A picture that the model shall look at, and which part of it. */
export interface LookWanted {
  frame: SmallFrame;
  part?: Box;
}

export interface SightStep {
  news: SightNews[];
  /** At most one is answered at a time; a newer one takes the place of one that waits. */
  look?: LookWanted;
}

/**
 * One camera's eyes: pure, without clock or process, so that a recorded clip gives what a camera gave. Pictures come in order, about 5 a
 * second; a gap or a step of the clock starts nothing.
 */
export interface Sight {
  push(frame: SmallFrame): SightStep;
  /** The answer to a look at the picture of this time, of that part of it. */
  looked(at: number, detected: readonly Detected[], part?: Box): SightStep;
  /** The look failed or comes too late; it may be wanted again. */
  notLooked(): void;
  /** Takes effect with the next picture. `memory` is not read again. Where other areas are hidden than before, it forgets as well. */
  configure(options: SightOptions): void;
  /**
   * Lets go of every picture that it keeps, and of the look under way: what they look like is learnt anew. Who is there, and which
   * packages are, stays known.
   */
  forget(): void;
  /** The household or the camera said that these packages are gone. What is still seen of them goes without a word. */
  gone(packageIds: readonly string[]): SightStep;
  /** What it sees, for the web app to draw. */
  info(): SightInfo;
}

/** What the search for packages must know of the rest. */
export interface PackageSurroundings {
  /** Whether a model looks for people at all. */
  people: boolean;
  /** Whether the light of the whole picture has just changed, as by a switch to infrared. */
  lightChanged: boolean;
  /** Whether something moves, or has moved in the last seconds. */
  active: boolean;
}

/** Everybody that the model saw in the picture of a time. Figures that never move (a coat, a statue) are left out. */
export interface PeopleSeen {
  at: number;
  people: readonly Detected[];
  /** What it took for packages, where it can. */
  packages: readonly Detected[];
  part?: Box;
}

export interface PackageStep {
  news: PackageNews[];
  /** Look here before it decides: somebody may stand there whom the whole picture was too small for. */
  look?: Box;
  /** Packages that are given up without a word. */
  over?: readonly string[];
  /** Changes with what must be kept. */
  memory?: string;
  confirmed: boolean;
}

/** Packages that come and go: the pure core, one a camera. */
export interface PackageWatch {
  push(frame: SmallFrame, around: PackageSurroundings): PackageStep;
  seen(people: PeopleSeen): void;
  configure(options: Pick<SightOptions, 'zones' | 'leanings'>): void;
  /** These are gone by the word of others; what is still seen of them goes without a word. Returns what must be kept from now on. */
  gone(packageIds: readonly string[]): string;
  info(): Pick<SightInfo, 'candidates' | 'packages'>;
}
