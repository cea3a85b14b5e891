/** The hub without HomeKit: cameras, events, motion, recordings and the API, started and stopped in one place. */
import type { Problem } from '../../protocol/api.ts';
import { advertiseHub, isBeyondLoopback } from '../api/advertise.ts';
import { authPath, openAuth } from '../api/auth.ts';
import type { HubServices } from '../api/contract.ts';
import { type Api, startApi } from '../api/server.ts';
import { type Ffmpeg, findFfmpeg } from '../camera/ffmpeg.ts';
import { openSwitches } from '../camera/switches.ts';
import { SOFTWARE_ENCODER } from '../camera/video-encoder.ts';
import { createEncoderChoice, type EncoderChoice } from '../camera/video-encoder-choice.ts';
import { probeVideoEncoder } from '../camera/video-encoder-probe.ts';
import type { Config } from '../config.ts';
import type { Watcher } from '../detection/watcher/contract.ts';
import { EventBus } from '../events/bus.ts';
import { openJournal } from '../events/journal.ts';
import type { Mqtt } from '../mqtt/mqtt.ts';
import { NO_BROKER } from '../mqtt/mqtt-triggers.ts';
import type { Recordings } from '../recordings/contract.ts';
import { createExports } from '../recordings/export/exports.ts';
import type { StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import { Closing } from '../system/closing.ts';
import type { Log } from '../system/log.ts';
import { privateFile } from '../system/text-file.ts';
import { type CameraUnit, startCameraUnit } from './camera-unit.ts';
import { type Detection, openDetection } from './detection.ts';
import { createHubServices, type HomeKitSide } from './hub-services.ts';
import { keepShort } from './keep-short.ts';
import { identify } from './known-cameras.ts';
import { openMaskTokens } from './mask-tokens.ts';
import { record } from './record.ts';
import { startMqtt } from './start-mqtt.ts';
import { note, tryFor } from './start-step.ts';
import {
  hooksKey,
  makeStorageFolder,
  type StorageFolder,
  spoolFolder,
  storageFolder,
} from './storage-folder.ts';

export interface HubOptions {
  config: Config;
  /** What `readConfig` found wrong; shown in `health`. */
  configProblems: readonly Problem[];
  homebridgeStorage: string;
  /** Folder of the built web app. */
  uiRoot: string;
  version: string;
  /** Whether it runs in a process of its own beside Homebridge. */
  childBridge: boolean;
}

export interface HubDeps {
  clock: Clock;
  log: Log;
  startChild: StartChild;
  /** Who looks at the pictures. Default: a process of its own, as soon as a camera wants it. */
  watcher?: Watcher;
}

export interface Hub extends AsyncDisposable {
  readonly cameras: readonly CameraUnit[];
  readonly events: EventBus;
  readonly recordings: Recordings;
  readonly services: HubServices;
  readonly ffmpeg: Ffmpeg | undefined;
  readonly encoders: EncoderChoice;
  /** Undefined when it could not listen; `problems` says why. */
  readonly api: Api | undefined;
  /** Secret part of the webhook addresses; empty when there is no `api`. */
  readonly hooksKey: string;
  /** What needs the owner's hand now. */
  problems(): Problem[];
  /** From then on the API also tells of HomeKit. */
  joinHomeKit(side: HomeKitSide): void;
}

const JOURNAL_DAYS = 90;
const JOURNAL_ROWS = 1_000_000;

/** Starts everything; what cannot start is a problem in words, and the rest runs. Throws only when there is no storage folder. */
export async function startHub(options: HubOptions, deps: HubDeps): Promise<Hub> {
  const stack = new Closing();
  try {
    return await openHub(options, deps, stack);
  } catch (error) {
    // What had been opened would go on without an owner.
    await stack[Symbol.asyncDispose]().catch(() => {});
    throw error;
  }
}

async function openHub(options: HubOptions, deps: HubDeps, stack: Closing): Promise<Hub> {
  const { config, version, childBridge } = options;
  const { clock, log } = deps;
  const folder = storageFolder(options.homebridgeStorage);
  makeStorageFolder(folder);
  const problems: Problem[] = [...options.configProblems];

  const { ffmpeg, encoders } = await findPrograms(config, deps, problems);
  const journal = stack.use(openJournal({ path: folder.journal, clock, log }));
  const events = new EventBus({ journal, clock, log });
  const switches = stack.use(openSwitches(folder.switches, { openFile: privateFile, clock, log }));
  const { homebridgeStorage } = options;
  const detection = openDetection({ ...deps, folder, homebridgeStorage, config, events, stack });
  const units = startCameras(
    { ...deps, folder, config, ffmpeg, encoders, events, switches, detection, stack },
    (problem) => note(problem, problems, log),
  );

  const recordings = await record({ ...deps, folder, homebridgeStorage, config, events, stack }, units);
  const exports = stack.use(
    createExports({ ...deps, footage: recordings, ffmpeg: () => ffmpeg, folder: folder.exports }),
  );
  const prune = (olderThan: number) => journal.prune({ olderThan, keepRows: JOURNAL_ROWS });
  stack.defer(keepShort({ what: 'events', days: JOURNAL_DAYS, prune }, clock, log));
  const wantsBroker = config.cameras.some((camera) => camera.mqtt.length > 0);
  if (!config.mqtt && wantsBroker) note(NO_BROKER, problems, log);

  let mqtt: Mqtt | undefined;
  let homekit: HomeKitSide | undefined;
  let api: Api | undefined;
  const allProblems = () => [
    ...problems,
    ...[...recordings.problems, ...detection.problems, ...(mqtt?.problems ?? [])],
    ...(switches.problem ? [switches.problem] : []),
    ...units
      .flatMap(({ camera, onvif }) => [camera.state.problem, onvif?.state.problem])
      .filter((problem) => problem !== undefined),
  ];
  const services = createHubServices(
    {
      ...{ version, units, events, recordings, detection, exports, ffmpeg, encoders, childBridge },
      problems: allProblems,
      spool: spoolFolder(config.recordings, folder),
      homekit: () => homekit,
      apiPort: () => api?.port,
    },
    { ...deps, stack },
  );
  mqtt = startMqtt({ config, units, services, recordings, folder }, { clock, log });
  if (mqtt) stack.use(mqtt);
  const web = await tryFor(() => startWeb({ ...options, folder, services, stack }, deps), problems, log);
  api = web?.api;
  if (web) log.info(`Web app and API: ${web.api.url}`);
  if (web?.code) log.info(`To claim this hub, open the web app and enter the code ${web.code}.`);
  return {
    ...{ cameras: units, events, recordings, services, ffmpeg, encoders, api, problems: allProblems },
    hooksKey: web?.key ?? '',
    joinHomeKit: (side) => {
      homekit = side;
    },
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

/** ffmpeg, and what encodes video where it must be; without ffmpeg its problem is noted. */
async function findPrograms(
  config: Config,
  { clock, log, startChild }: HubDeps,
  problems: Problem[],
): Promise<{ ffmpeg: Ffmpeg | undefined; encoders: EncoderChoice }> {
  const ffmpeg = await tryFor(
    () => findFfmpeg(config.ffmpegPath ? { configured: config.ffmpegPath } : {}, { startChild, clock }),
    problems,
    log,
  );
  const probed = ffmpeg && (await probeVideoEncoder(ffmpeg, { startChild, clock, setting: config.encoder }));
  return { ffmpeg, encoders: createEncoderChoice(probed ?? SOFTWARE_ENCODER, { clock, log }) };
}

interface CamerasContext extends HubDeps {
  folder: StorageFolder;
  config: Config;
  ffmpeg: Ffmpeg | undefined;
  encoders: EncoderChoice;
  events: EventBus;
  switches: ReturnType<typeof openSwitches>;
  detection: Detection;
  stack: Closing;
}

function startCameras(context: CamerasContext, onProblem: (problem: Problem) => void): CameraUnit[] {
  const { folder, config, clock, log, stack, switches, detection } = context;
  const stop = new AbortController();
  const identified = identify(folder.cameras, config.cameras, clock, log);
  if (identified.problem) onProblem(identified.problem);
  const maskTokens = openMaskTokens(privateFile(folder.maskTokens), log);
  const closings: Closing[] = [];
  // All at once, as within each.
  stack.defer(() => Promise.all(closings.map((closing) => closing[Symbol.asyncDispose]())));
  // What was seen last is kept before anything closes.
  stack.defer(() => stop.abort());
  return config.cameras.flatMap((camera, index) => {
    const ref = identified.refs[index];
    if (!ref) return [];
    const closing = new Closing();
    closings.push(closing);
    const own = {
      ...{ switches: switches.forCamera(ref.id), maskTokens: maskTokens(ref.id), stack: closing },
      detection: detection.forCamera(ref, closing),
    };
    return [startCameraUnit(camera, ref, { ...context, ...own, signal: stop.signal })];
  });
}

interface WebContext extends HubOptions {
  folder: StorageFolder;
  services: HubServices;
  stack: Closing;
}

async function startWeb(
  { config, homebridgeStorage, uiRoot, folder, services, stack }: WebContext,
  { clock, log }: HubDeps,
): Promise<{ api: Api; key: string; code: string | undefined }> {
  const key = hooksKey(folder);
  const auth = stack.use(openAuth({ path: authPath(homebridgeStorage), clock }));
  const { host, port, allowedHosts, advertise } = config.api;
  const api = stack.use(
    await startApi({ services, host, port, allowedHosts, auth, uiRoot, hooksKey: key, clock, log }),
  );
  if (advertise && isBeyondLoopback(host)) {
    const own = { name: config.name, version: services.version, hubId: services.events.hubId };
    stack.use(advertiseHub({ ...own, host, port: api.port }, { clock, log }));
  }
  return { api, key, code: auth.claimCode() };
}
