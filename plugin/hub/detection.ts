/** What detection needs of the hub, for all cameras: the watcher, and what is kept of zones, decisions, packages and the household. */
import { mkdirSync } from 'node:fs';
import type { Problem } from '../../protocol/api.ts';
import type { CameraRef } from '../../protocol/event.ts';
import type { Config } from '../config.ts';
import { DECISION_DAYS, type DecisionStore, openDecisionStore } from '../detection/decisions.ts';
import { type Household, openHousehold } from '../detection/household.ts';
import { createParcels, type Parcels } from '../detection/parcels.ts';
import { type CameraMemory, openCameraMemory } from '../detection/sight-memory.ts';
import { sightZones } from '../detection/sight-zones.ts';
import { leaningsOf, tuningFrom } from '../detection/tuning.ts';
import type { Eyes } from '../detection/watch-camera.ts';
import type { Watcher } from '../detection/watcher/contract.ts';
import { startWatcher } from '../detection/watcher/watcher.ts';
import { type CameraZones, openZonesStore } from '../detection/zones-store.ts';
import type { EventBus } from '../events/bus.ts';
import type { StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import type { Closing } from '../system/closing.ts';
import { type Log, prefixed } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import { privateFile } from '../system/text-file.ts';
import { keepShort } from './keep-short.ts';
import type { StorageFolder } from './storage-folder.ts';

export interface DetectionDeps {
  config: Pick<Config, 'detector'>;
  folder: Pick<StorageFolder, 'zones' | 'decisions' | 'household' | 'sightMemory'>;
  homebridgeStorage: string;
  events: Pick<EventBus, 'publish' | 'query'>;
  startChild: StartChild;
  clock: Clock;
  log: Log;
  stack: Closing;
  /** Default: the real one. */
  watcher?: Watcher;
}

export interface Detection {
  readonly decisions: DecisionStore;
  readonly household: Household;
  readonly problems: Problem[];
  /** What it opens closes with the stack of the camera, which comes first. */
  forCamera(ref: CameraRef, stack: Closing): CameraDetection;
}

/** Of one camera. */
export interface CameraDetection {
  readonly watcher: Watcher;
  readonly decisions: DecisionStore;
  readonly zones: CameraZones;
  readonly parcels: Parcels;
  readonly memory: CameraMemory;
  /** Zones and leanings, as they are now. */
  eyes(): Eyes;
}

/** Opens what is kept. No process runs before the first camera wants to be looked at. Never throws. Closes with `stack`. */
export function openDetection(deps: DetectionDeps): Detection {
  const { config, folder, homebridgeStorage, events, clock, log, stack } = deps;
  const decisions = stack.use(openDecisionStore({ path: folder.decisions, clock, log }));
  const prune = (olderThan: number) => decisions.prune(olderThan);
  stack.defer(keepShort({ what: 'decisions', days: DECISION_DAYS, prune }, clock, log));
  const household = openHousehold(privateFile(folder.household), { clock, log });
  const zones = openZonesStore(folder.zones, { openFile: privateFile, log });
  const setup = { detector: config.detector, storagePath: homebridgeStorage };
  const watcher = stack.use(deps.watcher ?? startWatcher(setup, deps));
  makeFolder(folder.sightMemory, log);
  return {
    ...{ decisions, household },
    get problems() {
      return [zones.problem, watcher.problem].filter((problem) => problem !== undefined);
    },
    forCamera(ref, closing) {
      const own = { clock, log: prefixed(log, ref.name) };
      const memory = closing.use(
        openCameraMemory(folder.sightMemory, ref.id, { openFile: privateFile, ...own }),
      );
      const drawn = zones.forCamera(ref.id);
      return {
        ...{ watcher, decisions, memory, zones: drawn },
        parcels: closing.use(createParcels({ ref, events, home: household, memory, ...own })),
        eyes: () => ({
          zones: sightZones(drawn.zones),
          leanings: leaningsOf(tuningFrom(decisions.answersOf(ref.id))),
        }),
      };
    },
  };
}

function makeFolder(path: string, log: Log): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    log.warn(`What lies at a doorstep is forgotten at the next restart: ${reason(error)}`);
  }
}
