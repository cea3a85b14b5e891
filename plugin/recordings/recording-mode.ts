/** What of a camera is recorded. */
import type { CameraConfig, RecordingsConfig } from '../config.ts';

export type RecordingMode = RecordingsConfig['mode'] | 'off';

/** Of a camera: its own, else that of all cameras. */
export function recordingMode(
  camera: Pick<CameraConfig, 'record'>,
  all: Pick<RecordingsConfig, 'mode'>,
): RecordingMode {
  return camera.record ?? all.mode;
}

/** `clips`: each event has one. `snapshots`: each event keeps its picture. `continuous`: everything is recorded. */
export function whatIsRecorded(mode: RecordingMode): {
  clips: boolean;
  snapshots: boolean;
  continuous: boolean;
} {
  return {
    clips: mode === 'events' || mode === 'both',
    snapshots: mode !== 'off',
    continuous: mode === 'continuous' || mode === 'both',
  };
}
