/** What the household may ask of detection, put together from zones, decisions, thresholds and presence. */
import type { CameraRef } from '../../protocol/event.ts';
import type { Camera } from '../camera/contract.ts';
import type { CameraConfig } from '../config.ts';
import type { CameraAreas, DetectionOrders } from '../detection/orders.ts';
import { tuningFrom } from '../detection/tuning.ts';
import type { CameraWatch } from '../detection/watch-camera.ts';
import { ProblemError } from '../system/problem.ts';
import type { CameraDetection, Detection } from './detection.ts';
import { areasOf } from './drawn-areas.ts';

/** As much of a camera as is asked for. */
export interface WatchedUnit {
  camera: Pick<Camera, 'setMasks'> & { ref: Pick<CameraRef, 'id'> };
  config: Pick<CameraConfig, 'masks'>;
  detection: Pick<CameraDetection, 'zones' | 'eyes'>;
  watch: Pick<CameraWatch, 'look' | 'info'>;
}

export interface DetectionOrdersOptions {
  /** Throws a `ProblemError` where there is no such camera. */
  unitOf(cameraId: string): WatchedUnit;
  detection: Pick<Detection, 'decisions' | 'household'>;
}

export function createDetectionOrders({ unitOf, detection }: DetectionOrdersOptions): DetectionOrders {
  const { decisions, household } = detection;
  const zonesOf = ({ config, detection }: WatchedUnit): CameraAreas => ({
    ...detection.zones.zones,
    configured: areasOf(config.masks),
  });
  const tuning = (cameraId: string) => tuningFrom(decisions.answersOf(unitOf(cameraId).camera.ref.id));
  const lookAnew = ({ watch, detection }: WatchedUnit) => watch.look(detection.eyes());
  return {
    zones: (cameraId) => zonesOf(unitOf(cameraId)),
    async setZones(cameraId, zones) {
      const unit = unitOf(cameraId);
      const problem = unit.detection.zones.set(zones);
      lookAnew(unit);
      await unit.camera.setMasks(zones.privacy);
      // It holds, and is forgotten at the next restart: whoever drew it must know.
      if (problem) throw new ProblemError(problem);
      return zonesOf(unit);
    },
    decisions: (query) => decisions.list(query),
    decisionPicture: (id, which) => decisions.picture(id, which),
    answer(id, answer) {
      const decision = decisions.answer(id, answer);
      lookAnewIfThere(decision.camera.id);
      return decision;
    },
    tuning,
    resetTuning(cameraId) {
      const unit = unitOf(cameraId);
      decisions.resetAnswers(unit.camera.ref.id);
      lookAnew(unit);
      return tuning(cameraId);
    },
    sight: (cameraId) => unitOf(cameraId).watch.info(),
    household: () => household.info,
    setHome: (home) => household.setHome(home),
    onHome: (listener) => household.onHome(() => listener()),
  };

  /** A decision may be of a camera that is gone. */
  function lookAnewIfThere(cameraId: string): void {
    try {
      lookAnew(unitOf(cameraId));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
    }
  }
}
