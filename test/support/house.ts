/** A whole house for end-to-end tests: simulated doorbells and a real Homebridge that runs the built plugin, on loopback alone. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { authPath, openAuth } from '../../plugin/api/auth.ts';
import { type HomebridgeHost, startHomebridge } from '../../plugin/cli/demo/homebridge-host.ts';
import { startChild } from '../../plugin/system/child.ts';
import { systemClock } from '../../plugin/system/clock.ts';
import { Closing } from '../../plugin/system/closing.ts';
import type { Scope } from '../../protocol/api.ts';
import type { HubStatus } from '../../protocol/status.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator-process.ts';

export interface HouseOptions {
  /** One doorbell per entry; default one, "Front door". */
  doorbells?: readonly { name?: string; simulator?: SimulatorOptions; config?: object }[];
  /** Further parts of the platform's configuration. */
  config?: object;
  /** When the house is ready; by default when the API listens, HomeKit is published and every camera is online. */
  ready?: (status: HubStatus) => boolean;
}

export interface House extends AsyncDisposable {
  readonly storage: string;
  readonly homebridge: HomebridgeHost;
  readonly simulators: readonly Simulator[];
  /** All that Homebridge printed. */
  readonly log: readonly string[];
  readonly apiUrl: string;
  status(): HubStatus;
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
  const { doorbells = [{}], config = {}, ready: isReady = allUp } = options;
  const storage = await mkdtemp(join(tmpdir(), 'doorstep-house-'));
  closing.defer(() => rm(storage, { recursive: true, force: true, maxRetries: 5 }));
  const simulators = await Promise.all(doorbells.map(({ simulator }) => startSimulator(simulator ?? {})));
  for (const simulator of simulators) closing.use(simulator);
  const cameras = doorbells.map(({ name = 'Front door', config: own }, index) => ({
    name,
    kind: 'doorbell',
    main: simulators[index]?.main,
    detect: simulators[index]?.sub,
    ...own,
  }));
  const log: string[] = [];
  const homebridge = closing.use(
    await startHomebridge(
      {
        storage,
        doorstep: { api: { host: '127.0.0.1', port: 0 }, cameras, ...config },
        pluginPath: repository,
        bind: ['127.0.0.1'],
        onLine: (line) => log.push(line),
      },
      { startChild, clock: systemClock },
    ),
  );
  const ready = await homebridge.until(isReady, 'the house was ready').catch((error: Error) => {
    throw new Error(`${error.message}\n${log.join('\n')}`);
  });
  for (const [index, simulator] of simulators.entries()) {
    const hooks = ready.cameras[index]?.webhooks;
    if (hooks && ready.api) await simulator.setWebhooks(hooks);
  }
  return {
    storage,
    homebridge,
    simulators,
    log,
    apiUrl: ready.api?.url ?? '',
    status: () => homebridge.status() ?? ready,
    token(scopes) {
      using auth = openAuth({ path: authPath(storage), clock: systemClock });
      return auth.createToken({ name: `test ${scopes.join(' ')}`, scopes }).token;
    },
    claimCode() {
      const code = log.map((line) => /enter the code (\S+?)\.?$/.exec(line)?.[1]).find(Boolean);
      if (!code) throw new Error('no claim code in the log');
      return code;
    },
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}

function allUp({ api, homekit, cameras }: HubStatus): boolean {
  return api !== undefined && allPublished(homekit) && cameras.every(({ online }) => online);
}

/** Bridged accessories have no port of their own. */
export function allPublished(homekit: HubStatus['homekit']): boolean {
  return homekit.every(({ port, standalone }) => port !== undefined || !standalone);
}
