/** `doorstep demo`: a whole house, real but for the doorbell: RTSP camera, Homebridge, Node-RED, web app. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HubStatus } from '../../../protocol/status.ts';
import { type Simulator, startSimulator } from '../../../simulator/simulator-process.ts';
import { authPath, openAuth } from '../../api/auth.ts';
import { startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import { Closing } from '../../system/closing.ts';
import { ProblemError } from '../../system/problem.ts';
import { type HomebridgeHost, startHomebridge } from './homebridge-host.ts';
import { createNarrator } from './narrator.ts';
import { type FlowNode, startNodeRed } from './node-red-host.ts';
import { playVisits } from './play-visits.ts';
import { watchEvents } from './watch-events.ts';

export interface DemoOptions {
  /** Play two visits, one that brings a parcel and one that takes it, report what each part saw, and end. */
  once: boolean;
  /** A video file to play as the camera. */
  clip?: string | undefined;
  /** One's own camera instead of the simulated one. */
  camera?: string | undefined;
  /** Folder to keep the house in, in `doorstep-demo` below it: it may be a real Homebridge's. A temporary one when left out. */
  storage?: string | undefined;
}

/** All that runs, for the parts of the demo. */
export interface DemoHouse {
  homebridge: HomebridgeHost;
  status: HubStatus;
  apiUrl: string;
  token: string;
  /** Undefined with `--camera`. */
  doorbell: Simulator | undefined;
  nodeRedUrl: string;
  /** Calls back with each line of Node-RED's log. */
  onNodeRedLine(listener: (line: string) => void): void;
}

/** `plugin/cli/demo` lies three folders below the package, four when built. */
const root = fileURLToPath(
  new URL(import.meta.url.includes('/dist/plugin/') ? '../../../..' : '../../..', import.meta.url),
);

const SUBFOLDER = 'doorstep-demo';

/** Runs the demo; returns the exit code. */
export async function demo(options: DemoOptions, print: (text: string) => void): Promise<number> {
  checkOptions(options);
  // Apart, since the folder goes last even where a part starts while the others are being closed.
  await using folder = new Closing();
  await using closing = new Closing();
  const interrupted = new Promise<void>((resolve) => {
    // A listener gets the signal's name; taken along, it would win the race below as the house.
    const end = () => resolve();
    process.once('SIGINT', end).once('SIGTERM', end);
  });
  print('Building the house: doorbell, Homebridge, Node-RED. This takes about ten seconds.\n');
  const storage = options.storage ? join(options.storage, SUBFOLDER) : await temporaryFolder(folder);
  const opening = openHouse(options, storage, closing, print);
  const house = await Promise.race([opening, interrupted]);
  if (!house) {
    print('\nClosing what is there of the house …');
    await Promise.allSettled([closing[Symbol.asyncDispose](), opening]);
    return 130;
  }
  printAddresses(house, print);
  if (options.once) return await playVisits(house, print);

  const { apiUrl: url, token } = house;
  const tell = createNarrator();
  closing.use(
    await watchEvents({ url, token }, (event) => {
      const line = tell(event);
      if (line) print(line);
    }),
  );
  print('\nWhat happens at the door shows here. Ctrl-C ends the demo and leaves nothing behind.\n');
  if (house.doorbell) visitEveryMinute(house.doorbell, interrupted);
  await interrupted;
  print('\nClosing the house …');
  return 0;
}

async function openHouse(
  options: DemoOptions,
  storage: string,
  closing: Closing,
  print: (text: string) => void,
): Promise<DemoHouse> {
  const doorbell = options.camera
    ? undefined
    : closing.use(await startSimulator(options.clip ? { clip: options.clip } : {}));
  const homebridge = closing.use(await openHomebridge(options, storage, doorbell, print));
  const status = await homebridge.until(
    ({ api, homekit, cameras }) =>
      api !== undefined &&
      homekit.every(({ port }) => port !== undefined) &&
      cameras.every(({ online }) => online),
    'the doorbell was in HomeKit',
  );
  const apiUrl = status.api?.url ?? '';
  // Only the press: that something moves, the hub shall see for itself.
  await doorbell?.setWebhooks({ ring: status.cameras[0]?.webhooks.ring ?? '' });
  using auth = openAuth({ path: authPath(storage), clock: systemClock });
  const { token } = auth.createToken({ name: 'Node-RED of the demo', scopes: ['events', 'media'] });
  const listeners: ((line: string) => void)[] = [];
  const nodeRed = closing.use(
    await startNodeRed({
      startChild,
      script: nodeRedScript(),
      nodes: join(root, 'node-red-nodes'),
      userDir: join(storage, 'node-red'),
      flows: await demoFlow(apiUrl, token),
      onLine: (line) => {
        for (const listener of listeners) listener(line);
      },
    }),
  );
  return {
    homebridge,
    status,
    apiUrl,
    token,
    doorbell,
    nodeRedUrl: nodeRed.url,
    onNodeRedLine: (listener) => void listeners.push(listener),
  };
}

async function openHomebridge(
  { camera, once }: DemoOptions,
  storage: string,
  doorbell: Simulator | undefined,
  print: (text: string) => void,
): Promise<HomebridgeHost> {
  return await startHomebridge(
    {
      storage,
      doorstep: {
        // A phone in the house may look; `--once` is nobody's but this machine's.
        api: { host: once ? '127.0.0.1' : '0.0.0.0', port: once ? 0 : 8586 },
        recordings: { minFreeGiB: 0 },
        cameras: [
          {
            name: 'Front door',
            kind: 'doorbell',
            main: camera ?? doorbell?.main,
            ...(doorbell && { detect: doorbell.sub }),
          },
        ],
      },
      pluginPath: root,
      ...(once && { bind: ['127.0.0.1'] }),
      onLine: (line) => {
        if (/\[Doorstep\]/.test(line) && /code|cannot|refuse|not reach|port/i.test(line))
          print(line.replace(/^\[Doorstep\] /, '  '));
      },
    },
    { startChild, clock: systemClock },
  );
}

async function demoFlow(apiUrl: string, token: string): Promise<FlowNode[]> {
  const text = await readFile(join(root, 'node-red-nodes', 'examples', 'ring-and-motion.json'), 'utf8');
  const { hostname, port } = new URL(apiUrl);
  return (JSON.parse(text) as FlowNode[]).map((node) =>
    node.type === 'doorstep-server' ? { ...node, host: hostname, port, credentials: { token } } : node,
  );
}

function printAddresses({ apiUrl, nodeRedUrl, status }: DemoHouse, print: (text: string) => void): void {
  const bell = status.homekit[0];
  print(`
  Web app    ${apiUrl}
  Node-RED   ${nodeRedUrl}
  HomeKit    ${bell?.name}, set-up code ${bell?.setupCode} (Home app, Add Accessory, More options)
`);
}

/** Somebody every minute, until the demo ends: a parcel comes, it is taken, somebody waits in vain, and so on. */
function visitEveryMinute(doorbell: Simulator, until: Promise<void>): void {
  let over = false;
  void until.then(() => {
    over = true;
  });
  const visit = (next: number) => {
    if (over) return;
    doorbell.visit(ROUND[next % ROUND.length]).catch(() => {});
    systemClock.after(60_000, () => visit(next + 1));
  };
  visit(0);
}

const ROUND = ['deliver', 'take', 'stand'] as const;

async function temporaryFolder(closing: Closing): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'doorstep-demo-'));
  closing.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

function nodeRedScript(): string {
  try {
    return createRequire(join(root, 'package.json')).resolve('node-red/red.js');
  } catch (error) {
    throw new ProblemError(
      {
        code: 'no-node-red',
        what: 'Node-RED is not installed beside Doorstep.',
        cure: 'The demo runs from a clone of the repository: run "npm run demo" there.',
      },
      { cause: error },
    );
  }
}

function checkOptions({ clip, camera, once }: DemoOptions): void {
  if (clip !== undefined && !existsSync(clip))
    throw new ProblemError({
      code: 'no-clip',
      what: `There is no file ${clip}.`,
      cure: 'Give --clip a video file.',
    });
  if (camera !== undefined && !/^rtsps?:\/\/\S+$/.test(camera))
    throw new ProblemError({
      code: 'no-camera',
      what: '--camera is not an RTSP address.',
      cure: 'Write it as rtsp://user:password@address/stream.',
    });
  if (camera !== undefined && (clip !== undefined || once))
    throw new ProblemError({
      code: 'camera-alone',
      what: '--camera goes with neither --clip nor --once: a real camera cannot be told to have a visitor.',
      cure: 'Leave one of them out.',
    });
}
