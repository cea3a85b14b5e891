/** A whole house for end-to-end tests: simulated doorbells and a real Homebridge that runs the built plugin, on loopback alone. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { authPath, openAuth } from '../../plugin/api/auth.ts';
import { type HomebridgeHost, startHomebridge } from '../../plugin/cli/demo/homebridge-host.ts';
import { startChild } from '../../plugin/system/child.ts';
import { sleep, systemClock } from '../../plugin/system/clock.ts';
import { Closing } from '../../plugin/system/closing.ts';
import type { CameraInfo, CamerasReply, Scope } from '../../protocol/api.ts';
import type { HubStatus } from '../../protocol/status.ts';
import type { HomeKitTarget } from '../../simulator/homekit/controller.ts';
import { CAMERA_KINDS, type CameraKind, type CameraKindName } from '../../simulator/kinds.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator-process.ts';

export interface HouseCamera {
  /** Default "Front door". */
  name?: string;
  /** What is special about it; the options below go before. */
  kind?: CameraKindName;
  simulator?: SimulatorOptions;
  /** Its part of the configuration. */
  config?: object;
}

export interface HouseOptions {
  /** One doorbell per entry; default one. */
  doorbells?: readonly HouseCamera[];
  /** Further parts of the platform's configuration. */
  config?: object;
  /** When the house is ready; by default when the API listens, HomeKit is published and every camera is online. */
  ready?: (status: HubStatus) => boolean;
  /** How long it may take until then, in ms. Default 60,000. */
  readyMs?: number;
}

export interface House extends AsyncDisposable {
  readonly storage: string;
  readonly homebridge: HomebridgeHost;
  readonly simulators: readonly Simulator[];
  /** All that Homebridge printed. */
  readonly log: readonly string[];
  readonly apiUrl: string;
  status(): HubStatus;
  /** The cameras as the API tells of them now; the status file may be half a minute old. */
  cameras(): Promise<CameraInfo[]>;
  /** Asks the API until the cameras are as wanted. @throws Error with `what` when that takes longer than `withinMs` */
  camerasOnce(
    wanted: (cameras: readonly CameraInfo[]) => boolean,
    what: string,
    withinMs?: number,
  ): Promise<CameraInfo[]>;
  /** How a HomeKit controller finds a camera, or the bridge it is part of. */
  target(name?: string): HomeKitTarget;
  /** Calls the webhook of a camera. */
  trigger(kind: 'ring' | 'motion', name?: string): Promise<void>;
  /** Ends Homebridge and starts it again, with the same storage and cameras; resolves when the house is ready. */
  restart(): Promise<void>;
  /** Kills a camera (by default the first) at once, and starts it again on the same RTSP port `ms` later; resolves when it serves. */
  cutPower(ms: number, index?: number): Promise<void>;
  /** A bearer token, as `doorstep token create` would print. */
  token(scopes: readonly Scope[]): string;
  /** The claim code from the log. */
  claimCode(): string;
}

export const repository = fileURLToPath(new URL('../..', import.meta.url));

export async function startHouse(options: HouseOptions = {}): Promise<House> {
  const closing = new Closing();
  try {
    return await openHouse(options, closing);
  } catch (error) {
    await closing[Symbol.asyncDispose]();
    throw error;
  }
}

async function openHouse(options: HouseOptions, closing: Closing): Promise<House> {
  const { doorbells = [{}], config = {}, ready: isReady = allUp, readyMs } = options;
  const storage = await mkdtemp(join(tmpdir(), 'doorstep-house-'));
  closing.defer(() => rm(storage, { recursive: true, force: true, maxRetries: 5 }));
  const kinds = doorbells.map(kindOf);
  const simulators = await Promise.all(kinds.map(({ simulator }) => startSimulator(simulator)));
  for (const simulator of simulators) closing.use(simulator);
  const cameras = kinds.map(({ simulator, config: own }, index) => ({
    name: doorbells[index]?.name ?? 'Front door',
    kind: 'doorbell',
    main: simulators[index]?.main,
    ...(simulator.sub !== 'none' && { detect: simulators[index]?.sub }),
    ...own,
  }));
  const log: string[] = [];

  const start = () =>
    startHomebridge(
      {
        storage,
        doorstep: { api: { host: '127.0.0.1', port: 0 }, cameras, ...config },
        pluginPath: repository,
        bind: ['127.0.0.1'],
        onLine: (line) => log.push(line),
      },
      { startChild, clock: systemClock },
    );
  const settle = async () => {
    const status = await homebridge.until(isReady, 'the house was ready', readyMs).catch((error: Error) => {
      throw new Error(`${error.message}\n${log.join('\n')}`);
    });
    for (const [index, simulator] of simulators.entries()) {
      const hooks = status.cameras[index]?.webhooks;
      if (hooks && status.api) await simulator.setWebhooks(hooks);
    }
    return status;
  };

  let homebridge = await start();
  closing.defer(() => homebridge[Symbol.asyncDispose]());
  let ready = await settle();
  const status = () => homebridge.status() ?? ready;
  const token = (scopes: readonly Scope[]) => {
    using auth = openAuth({ path: authPath(storage), clock: systemClock });
    return auth.createToken({ name: `test ${scopes.join(' ')}`, scopes }).token;
  };
  let reader: string | undefined;
  const cameraInfos = async () => {
    reader ??= token(['events']);
    const headers = { authorization: `Bearer ${reader}` };
    const reply = await fetch(`${ready.api?.url}/api/v1/cameras`, { headers });
    if (!reply.ok) throw new Error(`The API answered ${reply.status}: ${await reply.text()}`);
    return ((await reply.json()) as CamerasReply).cameras;
  };
  return {
    storage,
    get homebridge() {
      return homebridge;
    },
    simulators,
    log,
    get apiUrl() {
      return ready.api?.url ?? '';
    },
    status,
    target: (name = 'Front door') => targetIn(status(), name),
    async trigger(kind, name = 'Front door') {
      const url = status().cameras.find((camera) => camera.name === name)?.webhooks[kind] ?? '';
      const reply = await fetch(url, { method: 'POST' });
      if (!reply.ok) throw new Error(`The webhook answered ${reply.status}: ${await reply.text()}`);
      await reply.body?.cancel();
    },
    async restart() {
      await homebridge[Symbol.asyncDispose]();
      homebridge = await start();
      ready = await settle();
    },
    async cutPower(ms, index = 0) {
      const cut = simulators[index];
      if (!cut) throw new Error(`There is no camera ${index}.`);
      process.kill(cut.pid, 'SIGKILL');
      await cut[Symbol.asyncDispose]();
      await sleep(systemClock, ms);
      const rtspPort = Number(new URL(cut.main).port);
      simulators[index] = closing.use(await startSimulator({ ...kinds[index]?.simulator, rtspPort }));
    },
    token,
    cameras: cameraInfos,
    async camerasOnce(wanted, what, withinMs = 60_000) {
      const deadline = systemClock.monotonic() + withinMs;
      for (;;) {
        const infos = await cameraInfos();
        if (wanted(infos)) return infos;
        if (systemClock.monotonic() > deadline) throw new Error(`It took too long until ${what}.`);
        await sleep(systemClock, 200);
      }
    },
    claimCode() {
      const code = log.map((line) => /enter the code (\S+?)\.?$/.exec(line)?.[1]).findLast(Boolean);
      if (!code) throw new Error('no claim code in the log');
      return code;
    },
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}

function kindOf({ kind, simulator, config }: HouseCamera): CameraKind {
  const known: CameraKind | undefined = kind && CAMERA_KINDS[kind];
  return {
    simulator: { ...known?.simulator, ...simulator },
    config: { ...known?.config, ...config },
  };
}

function targetIn({ homekit }: HubStatus, name: string): HomeKitTarget {
  const { username, port, setupCode } = homekit.find((accessory) => accessory.name === name) ?? {};
  if (!username || !port || !setupCode) throw new Error(`There is no ${name} to pair with.`);
  return { username, port, setupCode };
}

function allUp({ api, homekit, cameras }: HubStatus): boolean {
  return api !== undefined && allPublished(homekit) && cameras.every(({ online }) => online);
}

/** Bridged accessories have no port of their own. */
export function allPublished(homekit: HubStatus['homekit']): boolean {
  return homekit.every(({ port, standalone }) => port !== undefined || !standalone);
}
