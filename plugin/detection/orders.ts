/** What the household may ask of detection and tell it; the API is in front of it. Each throws a `ProblemError` where a camera or decision is not known. */
import type {
  DecisionInfo,
  HomeState,
  HouseholdInfo,
  SightInfo,
  Tuning,
  Zones,
  ZonesReply,
} from '../../protocol/detection.ts';

export interface DecisionQuery {
  /** Id or slug. */
  camera?: string;
  /** Only the decision that made this event. */
  eventId?: string;
  /** Decided before, epoch ms. */
  before?: number;
  limit: number;
}

/** What the household drew, and the privacy masks of the configuration. */
export type CameraAreas = Omit<ZonesReply, 'version'>;

export interface DetectionOrders {
  zones(cameraId: string): CameraAreas;
  /** Takes effect at once; what `privacy` covers is black in every picture when it resolves. */
  setZones(cameraId: string, zones: Zones): Promise<CameraAreas>;
  /** Newest first. */
  decisions(query: DecisionQuery): DecisionInfo[];
  /** PNG; undefined where it is not kept. */
  decisionPicture(id: string, which: 'before' | 'after'): Uint8Array | undefined;
  /** Right or wrong; moves the camera's thresholds. Said again, the last word counts; `undefined` takes it back. */
  answer(id: string, answer: 'right' | 'wrong' | undefined): DecisionInfo;
  tuning(cameraId: string): Tuning;
  /** As shipped; the answers stay with their decisions and count no more. */
  resetTuning(cameraId: string): Tuning;
  /** Undefined while nothing looks. */
  sight(cameraId: string): Promise<SightInfo | undefined>;
  household(): HouseholdInfo;
  setHome(home: HomeState): HouseholdInfo;
  /** Calls back on each change of `home`; the returned function ends it. */
  onHome(listener: () => void): () => void;
}
