/** The hub without HomeKit: cameras, events, motion, recordings and the API, started and stopped in one place. */
import type { HealthInfo, Problem, TriggerKind } from '../../protocol/api.ts';
import { authPath, openAuth } from '../api/auth.ts';
import type { HubServices } from '../api/contract.ts';
import { type Api, startApi } from '../api/server.ts';
import { createCameraNews } from '../camera/camera-news.ts';
import type { Camera } from '../camera/contract.ts';
import { type Ffmpeg, findFfmpeg } from '../camera/ffmpeg.ts';
import { openCamera } from '../camera/rtsp-camera.ts';
import type { CameraConfig, Config } from '../config.ts';
import { type MotionWatch, watchMotion } from '../detection/watch-motion.ts';
import { EventBus } from '../events/bus.ts';
import { type Journal, openJournal } from '../events/journal.ts';
import { openClipStore } from '../recordings/clip-store.ts';
import { startRecorder } from '../recordings/recorder.ts';
import { SteadyClock } from '../recordings/retention.ts';
import type { StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import { Closing } from '../system/closing.ts';
import { type Log, prefixed } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';
import { identify } from './known-cameras.ts';
import { hooksKey, makeStorageFolder, storageFolder } from './storage-folder.ts';

/** Events older than this leave the journal; clips go earlier, by their own rule. */
const JOURNAL_DAYS = 90;
const JOURNAL_ROWS = 1_000_000;
const DAY_MS = 86_400_000;

export interface HubOptions {
  config: Config;
  /** What `readConfig` found wrong; shown in `health`. */
  configProblems: readonly Problem[];
  homebridgeStorage: string;
  /** Folder of the built web app. */
  uiRoot: string;
  version: string;
}

export interface HubDeps {
  clock: Clock;
  log: Log;
  startChild: StartChild;
}

export interface HubCamera {
  camera: Camera;
  config: CameraConfig;
}

export interface Hub extends AsyncDisposable {
  readonly cameras: readonly HubCamera[];
  readonly events: EventBus;
  readonly services: HubServices;
  readonly ffmpeg: Ffmpeg | undefined;
  /** Undefined when it could not listen; `problems` says why. */
  readonly api: Api | undefined;
  /** Secret part of the webhook addresses; empty when there is no `api`. */
  readonly hooksKey: string;
  /** What needs the owner's hand now. */
  problems(): Problem[];
}

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
  const { config, version } = options;
  const { clock, log, startChild } = deps;
  const folder = storageFolder(options.homebridgeStorage);
  makeStorageFolder(folder);
  const problems: Problem[] = [...options.configProblems];
  const stop = new AbortController();
  stack.defer(() => stop.abort());

  const ffmpeg = await tryFor(
    () => findFfmpeg(config.ffmpegPath ? { configured: config.ffmpegPath } : {}, { startChild, clock }),
    problems,
    log,
  );
  const journal = stack.use(openJournal({ path: folder.journal, clock, log }));
  const events = new EventBus({ journal, clock, log });
  const identified = identify(folder.cameras, config.cameras, clock, log);
  if (identified.problem) note(identified.problem, problems, log);
  const cameras = config.cameras.flatMap((camera, index) => {
    const ref = identified.refs[index];
    return ref ? [startCamera(camera, ref, { ...deps, ffmpeg, events, signal: stop.signal, stack })] : [];
  });

  const clips = stack.use(
    await openClipStore({
      root: folder.recordings,
      databasePath: folder.clipIndex,
      keepDays: config.recordings.keepDays,
      minFreeBytes: config.recordings.minFreeGiB * 2 ** 30,
      clock,
      log,
    }),
  );
  stack.use(
    startRecorder({
      cameras: cameras.map(({ camera }) => camera),
      bus: events,
      store: clips,
      clock,
      log,
      recordAudio: (id) => cameras.find(({ camera }) => camera.ref.id === id)?.config.recordAudio ?? false,
    }),
  );
  const steady = new SteadyClock(clock);
  stack.defer(every(clock, DAY_MS, () => prune(journal, steady.check() ? clock.now() : 0, log)));

  const startedAt = clock.monotonic();
  const services: HubServices = {
    version,
    cameras: () => cameras.map(({ camera }) => camera),
    events,
    clips,
    health: () => health(),
    trigger: (id, kind, { test }) => trigger(cameras, events, clock, id, kind, test),
    about: () => ({ armed: true }),
    act: () => Promise.reject(new Error('not built yet')),
    examine: () => Promise.reject(new Error('not built yet')),
    discover: () => Promise.reject(new Error('not built yet')),
  };
  const web = await tryFor(
    async () => {
      const key = hooksKey(folder);
      const auth = stack.use(openAuth({ path: authPath(options.homebridgeStorage), clock }));
      const api = stack.use(
        await startApi({
          services,
          host: config.api.host,
          port: config.api.port,
          allowedHosts: config.api.allowedHosts,
          auth,
          uiRoot: options.uiRoot,
          hooksKey: key,
          clock,
          log,
        }),
      );
      return { api, key, code: auth.claimCode() };
    },
    problems,
    log,
  );
  if (web) log.info(`Web app and API: ${web.api.url}`);
  if (web?.code) log.info(`To claim this hub, open the web app and enter the code ${web.code}.`);

  const allProblems = () => [
    ...problems,
    ...(clips.problem ? [clips.problem] : []),
    ...cameras.flatMap(({ camera }) => (camera.state.problem ? [camera.state.problem] : [])),
  ];
  const health = (): HealthInfo => ({
    ok: allProblems().length === 0,
    version,
    uptimeMs: Math.round(clock.monotonic() - startedAt),
    lastSeq: events.lastSeq,
    cameras: { total: cameras.length, online: cameras.filter(({ camera }) => camera.state.online).length },
    ...(ffmpeg && { ffmpeg: { version: ffmpeg.version, origin: ffmpeg.origin } }),
    problems: allProblems(),
  });
  return {
    cameras,
    events,
    services,
    ffmpeg,
    api: web?.api,
    hooksKey: web?.key ?? '',
    problems: allProblems,
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

interface RunningCamera extends HubCamera {
  motion: MotionWatch;
}

interface CameraDeps extends HubDeps {
  ffmpeg: Ffmpeg | undefined;
  events: EventBus;
  signal: AbortSignal;
  stack: Closing;
}

function startCamera(
  config: CameraConfig,
  ref: Camera['ref'],
  { events, signal, stack, ...deps }: CameraDeps,
): RunningCamera {
  const log = prefixed(deps.log, ref.name);
  const { kind, main, detect, transport } = config;
  const camera = stack.use(
    openCamera({ ref, kind, main: main ?? '', transport, ...(detect && { detect }) }, { ...deps, log }),
  );
  const motion = watchMotion({ camera, bus: events, clock: deps.clock, log }, signal);
  const newsOf = createCameraNews();
  camera.onState((state) => {
    const phase = newsOf(state);
    if (phase) events.publish({ kind: 'camera', phase, camera: ref, at: state.since });
  });
  return { camera, config, motion };
}

function trigger(
  cameras: readonly RunningCamera[],
  events: EventBus,
  clock: Clock,
  id: string,
  kind: TriggerKind,
  test: boolean,
): string {
  const found = cameras.find(({ camera }) => camera.ref.id === id);
  if (!found)
    throw new ProblemError({
      code: 'no-such-camera',
      what: `There is no camera ${id}.`,
      cure: 'Ask /api/v1/cameras for those there are.',
    });
  if (kind === 'motion') return found.motion.report(clock.now(), { test });
  return events.publish({
    kind: 'doorbell',
    phase: 'ring',
    camera: found.camera.ref,
    at: clock.now(),
    ...(test && { test: true as const }),
  }).id;
}

/** Runs a start-up step; when it fails, its problem is noted and logged, and the hub goes on without it. */
async function tryFor<T>(step: () => Promise<T>, problems: Problem[], log: Log): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    const problem =
      error instanceof ProblemError
        ? error.problem
        : {
            code: 'unexpected',
            what: `${reason(error)}.`,
            cure: 'Please report this with the lines of the log around it.',
          };
    note(problem, problems, log);
    return undefined;
  }
}

function note(problem: Problem, problems: Problem[], log: Log): void {
  problems.push(problem);
  log.error(`${problem.what} ${problem.cure}`);
}

/** `now` is 0 while the time of day may be wrong: then only the number of events counts. */
function prune(journal: Journal, now: number, log: Log): void {
  try {
    journal.prune({ olderThan: now - JOURNAL_DAYS * DAY_MS, keepRows: JOURNAL_ROWS });
  } catch (error) {
    log.warn(`Old events could not be removed; tried again in a day: ${reason(error)}`);
  }
}

/** Runs it now and every `ms`, until the returned function is called. `run` must not throw. */
function every(clock: Clock, ms: number, run: () => void): () => void {
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(ms, next);
    run();
  };
  next();
  return () => cancel();
}
