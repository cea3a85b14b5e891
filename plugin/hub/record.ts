/** The recordings of the hub: where they lie, what writes them, and what stands in for them where there can be none. */
import type { Config } from '../config.ts';
import type { EventBus } from '../events/bus.ts';
import type { Recordings } from '../recordings/contract.ts';
import { noRecordings } from '../recordings/no-recordings.ts';
import { targetPlace } from '../recordings/open-target.ts';
import { startRecorders } from '../recordings/recorders.ts';
import { recordingMode } from '../recordings/recording-mode.ts';
import { openRecordings } from '../recordings/recordings.ts';
import type { StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import type { Closing } from '../system/closing.ts';
import type { Log } from '../system/log.ts';
import { ProblemError } from '../system/problem.ts';
import type { CameraUnit } from './camera-unit.ts';
import { type StorageFolder, spoolFolder } from './storage-folder.ts';

export interface RecordContext {
  config: Config;
  folder: StorageFolder;
  homebridgeStorage: string;
  events: EventBus;
  stack: Closing;
  clock: Clock;
  log: Log;
  startChild: StartChild;
}

/** Opens the recordings, and records each camera as its mode says from now on. Never rejects for a reason that the owner can cure. */
export async function record(context: RecordContext, units: readonly CameraUnit[]): Promise<Recordings> {
  const { config, events, stack, clock, log } = context;
  const store = stack.use(await open(context));
  const cameras = units.map(({ camera, config: own }) => ({
    camera,
    mode: recordingMode(own, config.recordings),
    audio: own.recordAudio,
  }));
  stack.use(startRecorders({ cameras, bus: events, store, clock, log }));
  return store;
}

async function open(context: RecordContext): Promise<Recordings> {
  const { config, folder, homebridgeStorage, events, clock, log, startChild } = context;
  const { recordings } = config;
  try {
    return await openRecordings({
      ...{ config: recordings, homebridgeStorage, clock, log, startChild },
      ...{ embedded: folder.recordings, indexPath: folder.recordingIndex },
      spoolFolder: spoolFolder(recordings, folder),
      publish: (draft) => void events.publish(draft),
    });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { problem } = error;
    log.error(`${problem.what} ${problem.cure}`);
    const { keepDays, keepContinuousDays = keepDays, target } = recordings;
    const place = targetPlace(target, { homebridgeStorage, embedded: folder.recordings });
    return noRecordings(problem, {
      ...{ target: { ...place, state: 'refused', since: clock.now() }, keepDays, keepContinuousDays },
    });
  }
}
