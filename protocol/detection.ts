/** What detection tells and is told: shapes shared by hub and web app. Places are in parts of the picture, 0 (left, top) to 1. */
import type { CameraRef } from './event.ts';

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A package that lies there, as far as is known. Times are epoch ms. */
export interface PackageHere {
  id: string;
  /** How many, where they cannot be told apart. */
  count: number;
  deliveredAt: number;
  /** Event that told of it; its snapshot shows it. */
  eventId: string;
  /** False while it cannot be seen, as in the dark. */
  confirmed: boolean;
}

/** Corners of an area as [x, y]. */
export type Area = [x: number, y: number][];

/** The areas that the household drew for one camera. */
export interface Zones {
  /** Where packages are put. Empty: the lower 60 % of the picture. */
  doorstep: Area[];
  /** Where motion and people count. Empty: everywhere. */
  motion: Area[];
  /** Where nothing counts. */
  ignore: Area[];
  /** What nobody shall see, beside `configured`. */
  privacy: Area[];
}

export interface ZonesReply extends Zones {
  /** Privacy masks of the configuration; they always hold. */
  configured: Area[];
  /** Another whenever the household has drawn otherwise. */
  version: string;
}

/** Areas in place of those of the `version` that was read. */
export interface ZonesOrder extends Zones {
  version: string;
}

/** Which rule decided. The words for each are the web app's. */
export const DETECTION_RULES = [
  /** Something moved for long enough. */
  'moved',
  /** The model saw a person, more than once, where something moved. */
  'person-seen',
  /** Something new lies there after a visit. */
  'new-after-visit',
  /** Something that lay there is gone, after a visit or while nobody could see it, and the place looks as before it came. */
  'back-as-before',
  /** Something that was never seen to come is gone after a visit. */
  'gone-after-visit',
  /** A better view showed that it still lies there. */
  'still-there',
  /** A better view showed that there was none, or that it was the other way round. */
  'seen-better',
  /** The owner's model recognised it. */
  'model',
] as const;
export type DetectionRule = (typeof DETECTION_RULES)[number];

/** A decision of the detection, and why. */
export interface DecisionInfo {
  id: string;
  camera: CameraRef;
  at: number;
  kind: 'motion' | 'person' | 'package';
  /** `start` of motion and people. */
  phase: 'start' | 'delivered' | 'removed' | 'corrected';
  rule: DetectionRule;
  /** 0 to 1. */
  score: number;
  scores: Record<string, number>;
  box: Box;
  eventId: string;
  /** Which pictures of it there are. */
  pictures: ('before' | 'after')[];
  /** What the household said of it. */
  answer?: 'right' | 'wrong';
  /** Later found to be mistaken, by this decision. */
  correctedBy?: string;
}

export interface DecisionsReply {
  /** Newest first. */
  decisions: DecisionInfo[];
}

/** How answers moved one camera's thresholds: 0 is as shipped, -1 the most careful, 1 the keenest. */
export interface Tuning {
  motion: number;
  person: number;
  package: number;
  /** Answers that it rests on. */
  right: number;
  wrong: number;
}

/** What the detector sees now, for drawing over the picture. */
export interface SightInfo {
  /** Of the newest picture, epoch ms; 0 before the first. */
  at: number;
  /** Cells in which something moves, row by row: `columns * rows` signs, `1` where it does. */
  motion: { columns: number; rows: number; cells: string };
  people: { box: Box; score: number }[];
  /** What might become or have been a package, and what it waits for. */
  candidates: { box: Box; waitsFor: 'stillness' | 'visit' | 'nobody-near' | 'closer-look' | 'light' }[];
  packages: { id: string; box: Box }[];
  /** Smallest thing that counts, as a part of the picture's height, and for how long it must move, in ms. */
  smallest: number;
  shortestMs: number;
  /** Name of the model that looks for people; absent without one. */
  model?: string;
}

export interface SightReply {
  /** Absent while nothing looks: offline, in privacy mode, or switched off. */
  sight?: SightInfo;
}

/** Whether somebody of the household is at home, as was said last; `unknown` until then. Said again, it is no news. */
export const HOME_STATES = ['home', 'away', 'unknown'] as const;
export type HomeState = (typeof HOME_STATES)[number];

export interface HouseholdInfo {
  home: HomeState;
  /** Epoch ms of the last change; 0 before the first. */
  since: number;
}
