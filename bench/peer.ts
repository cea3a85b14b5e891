/** The peer: homebridge-camera-ffmpeg, installed in a folder of its own, in a Homebridge of its own, with the same camera. */
import { randomInt } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { startChild } from '../plugin/system/child.ts';
import { Closing } from '../plugin/system/closing.ts';
import type { HomeKitTarget } from '../simulator/homekit/controller.ts';
import { freePort } from '../test/support/free-port.ts';
import { repository } from '../test/support/house.ts';

const PACKAGE = 'homebridge-camera-ffmpeg';
const VERSION = '3.1.4';
export const PEER = `${PACKAGE} ${VERSION}`;

const READY_MS = 60_000;

export interface PeerOptions {
  /** RTSP address of the camera. */
  main: string;
  /** The ffmpeg that both sides use. */
  ffmpeg: string;
}

export interface Peer extends AsyncDisposable {
  /** Of its Homebridge. */
  readonly pid: number;
  readonly homekit: HomeKitTarget;
  /** Presses the bell when it is asked for with GET. */
  readonly bellUrl: string;
}

/** Installs the peer unless it is there, starts it, and waits until its doorbell is in HomeKit. */
export async function startPeer({ main, ffmpeg }: PeerOptions): Promise<Peer> {
  const plugin = await installPeer();
  const closing = new Closing();
  try {
    const storage = await mkdtemp(join(tmpdir(), 'doorstep-bench-peer-'));
    closing.defer(() => rm(storage, { recursive: true, force: true, maxRetries: 5 }));
    const bellPort = await freePort('localhost');
    const setupCode = `${digits(3)}-${digits(2)}-${digits(3)}`;
    await writeFile(
      join(storage, 'config.json'),
      JSON.stringify(config({ main, ffmpeg, bellPort, setupCode })),
    );
    const entry = createRequire(join(repository, 'package.json')).resolve('homebridge');
    const homebridge = closing.use(
      startChild(
        process.execPath,
        [
          join(dirname(entry), '..', 'bin', 'homebridge.js'),
          ...['-U', storage, '-P', plugin, '--strict-plugin-resolution', '-Q', '-T'],
        ],
        { graceMs: 8000 },
      ),
    );
    const port = await portInLog(homebridge);
    return {
      pid: homebridge.pid ?? 0,
      homekit: { username: await usernameIn(join(storage, 'persist')), port, setupCode },
      bellUrl: `http://localhost:${bellPort}/doorbell?${encodeURIComponent(NAME)}`,
      [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
    };
  } catch (error) {
    await closing[Symbol.asyncDispose]();
    throw error;
  }
}

const NAME = 'Front door';

/** As its own readme advises for speed: unbridged, video copied, no sound (which would need an encoder that is not everywhere). */
function config(options: PeerOptions & { bellPort: number; setupCode: string }): object {
  return {
    bridge: {
      name: 'Peer House',
      username: `0E:${Array.from({ length: 5 }, () => randomInt(16, 256).toString(16).toUpperCase()).join(':')}`,
      port: 0,
      pin: options.setupCode,
      advertiser: 'ciao',
      bind: ['127.0.0.1'],
    },
    platforms: [
      {
        platform: 'Camera-ffmpeg',
        name: 'Camera FFmpeg',
        videoProcessor: options.ffmpeg,
        porthttp: options.bellPort,
        localhttp: true,
        cameras: [
          {
            name: NAME,
            doorbell: true,
            unbridge: true,
            videoConfig: { source: `-rtsp_transport tcp -i ${options.main}`, vcodec: 'copy', maxStreams: 2 },
          },
        ],
      },
    ],
  };
}

/** Installs into `node_modules/.cache`, which git ignores and `npm ci` clears. Gives the plugin's folder. */
async function installPeer(): Promise<string> {
  const folder = join(repository, 'node_modules', '.cache', 'doorstep-bench', `${PACKAGE}-${VERSION}`);
  const plugin = join(folder, 'node_modules', PACKAGE);
  const done = join(folder, 'installed');
  if (await readFile(done).catch(() => undefined)) return plugin;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const manifest = { private: true, dependencies: { [PACKAGE]: VERSION } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  // Inside `npm run`, npm says which file it is; its own ffmpeg download is what `--ignore-scripts` leaves out.
  const npm = process.env.npm_execpath;
  const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'];
  await using child = npm ? startChild(process.execPath, [npm, ...args]) : startChild('npm', args);
  for (const pipe of child.outputs) pipe.resume();
  const { code, error, stderrTail } = await child.exited;
  if (code !== 0)
    throw new Error(`npm could not install ${PEER}: ${error?.message ?? stderrTail.slice(-3).join(' | ')}`);
  await writeFile(done, VERSION);
  return plugin;
}

/** The port on which the doorbell listens, as Homebridge prints it. */
async function portInLog(homebridge: ReturnType<typeof startChild>): Promise<number> {
  const lines: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const late = setTimeout(() => reject(notReady(lines)), READY_MS);
  void homebridge.exited.then(() => reject(notReady(lines)));
  const [stdout] = homebridge.outputs;
  if (!stdout) throw new Error('Homebridge has no output.');
  createInterface({ input: stdout }).on('line', (line) => {
    lines.push(line);
    const port = new RegExp(`${NAME}.* is running on port (\\d+)`).exec(line)?.[1];
    if (port) resolve(Number(port));
  });
  return await promise.finally(() => clearTimeout(late));
}

const notReady = (lines: readonly string[]) =>
  new Error(`The peer did not start.\n${lines.slice(-15).join('\n')}`);

/** HAP keeps what an accessory is called in a file that is named after its device id. */
async function usernameIn(persist: string): Promise<string> {
  for (const file of await readdir(persist)) {
    const hex = /^AccessoryInfo\.([0-9A-F]{12})\.json$/.exec(file)?.[1];
    if (!hex) continue;
    const { displayName } = JSON.parse(await readFile(join(persist, file), 'utf8')) as {
      displayName?: string;
    };
    if (displayName?.startsWith(NAME)) return (hex.match(/../g) ?? []).join(':');
  }
  throw new Error('The peer has no device id.');
}

const digits = (count: number) => Array.from({ length: count }, () => randomInt(1, 10)).join('');
