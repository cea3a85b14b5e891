/** The recordings of the hub: where they lie, what writes them, and what stands in for them where there can be none. */
import type { CameraRef } from '../../protocol/event.ts';
import type { Config } from '../config.ts';
import type { EventBus } from '../events/bus.ts';
import type { Recordings } from '../recordings/contract.ts';
import { noRecordings } from '../recordings/no-recordings.ts';
import { targetPlace } from '../recordings/open-target.ts';
import { startRecorders } from '../recordings/recorders.ts';
import { recordingMode } from '../recordings/recording-mode.ts';
import { openRecordings } from '../recordings/recordings.ts';
import { writeProblem } from '../recordings/storage-problem.ts';
import type { StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import type { Closing } from '../system/closing.ts';
import type { Log } from '../system/log.ts';
import { inWords, ProblemError } from '../system/problem.ts';
import type { CameraUnit } from './camera-unit.ts';
import { openLate } from './late-recordings.ts';
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

/** Opens the recordings, again each minute where they cannot be, and records each camera as its mode says from now on. A disk that fails never costs the doorbell. */
export async function record(context: RecordContext, units: readonly CameraUnit[]): Promise<Recordings> {
  const { config, events, stack, clock, log } = context;
  const refs = units.map(({ camera }) => camera.ref);
  const store = stack.use(await open(context, refs));
  const cameras = units.map(({ camera, config: own, watch }) => ({
    camera,
    mode: recordingMode(own, config.recordings),
    audio: own.recordAudio,
    bestStill: () => watch.bestStill(),
  }));
  stack.use(startRecorders({ cameras, bus: events, store, clock, log }));
  return store;
}

function open(context: RecordContext, cameras: readonly CameraRef[]): Promise<Recordings> {
  const { config, folder, homebridgeStorage, events, clock, log, startChild } = context;
  const { recordings } = config;
  const { keepDays, keepContinuousDays = keepDays, target } = recordings;
  const spool = spoolFolder(recordings, folder);
  const place = targetPlace(target, { homebridgeStorage, embedded: folder.recordings });
  const since = clock.now();
  let told: string | undefined;
  return openLate({
    clock,
    without: (problem) =>
      noRecordings(problem, {
        ...{ target: { ...place, state: 'refused', since }, keepDays, keepContinuousDays },
      }),
    async open() {
      try {
        return await openRecordings({
          ...{ config: recordings, homebridgeStorage, cameras, clock, log, startChild },
          ...{ embedded: folder.recordings, indexPath: folder.recordingIndex, spoolFolder: spool },
          publish: (draft) => void events.publish(draft),
        });
      } catch (error) {
        const problem = error instanceof ProblemError ? error.problem : writeProblem(error, spool);
        if (problem.code !== told) log.error(inWords(problem));
        told = problem.code;
        return problem;
      }
    },
  });
}
