import type { Camera } from '../camera/contract.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { startContinuous } from './continuous.ts';
import type { RecordingStore } from './contract.ts';
import { type EventCamera, startRecorder } from './recorder.ts';
import { type RecordingMode, whatIsRecorded } from './recording-mode.ts';

export interface RecordersOptions {
  cameras: readonly {
    camera: Camera;
    mode: RecordingMode;
    /** Whether the owner wants the sound of this camera in its recordings. */
    audio: boolean;
    bestStill?: NonNullable<EventCamera['bestStill']>;
  }[];
  bus: EventBus;
  store: RecordingStore;
  clock: Clock;
  log: Log;
}

/**
 * Records each camera as its mode says. Disposing it completes what is being recorded; cameras, bus and store must still be open then.
 */
export function startRecorders({ cameras, ...services }: RecordersOptions): AsyncDisposable {
  const settings = cameras.map(({ mode, ...camera }) => ({ ...camera, ...whatIsRecorded(mode) }));
  const events = startRecorder({ ...services, cameras: settings.filter(({ snapshots }) => snapshots) });
  const continuous = settings
    .filter((each) => each.continuous)
    .map(({ camera, audio }) => startContinuous({ ...services, camera, audio }));
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all([events, ...continuous].map((recorder) => recorder[Symbol.asyncDispose]()));
    },
  };
}
