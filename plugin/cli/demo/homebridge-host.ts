/** A real Homebridge of its own, in a storage folder of its own, with Doorstep as its only plugin. For the demo, tests and benches. */
import { randomInt } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { HubStatus } from '../../../protocol/status.ts';
import { readRunFile } from '../../hub/run-file.ts';
import type { Exit, StartChild } from '../../system/child.ts';
import { type Clock, sleep } from '../../system/clock.ts';
import { ProblemError } from '../../system/problem.ts';

export interface HomebridgeOptions {
  /** Folder to make and use as Homebridge's storage. */
  storage: string;
  /** The platform's block, without `platform`. */
  doorstep: object;
  /** Folder of the plugin's package. */
  pluginPath: string;
  /** Network addresses or interfaces to publish HomeKit on; all of them when left out. */
  bind?: readonly string[];
  onLine?: (line: string) => void;
}

export interface HomebridgeHost extends AsyncDisposable {
  readonly pid: number | undefined;
  /** What `doorstep status` would print now. */
  status(): HubStatus | undefined;
  /** Waits until the status is as wanted. Rejects with a `ProblemError` after `ms`, or when Homebridge ends. */
  until(wanted: (status: HubStatus) => boolean, what: string, ms?: number): Promise<HubStatus>;
  readonly exited: Promise<Exit>;
}

const POLL_MS = 100;

/** Starts Homebridge; it runs when this resolves, but is not ready: see `until`. */
export async function startHomebridge(
  options: HomebridgeOptions,
  { startChild, clock }: { startChild: StartChild; clock: Clock },
): Promise<HomebridgeHost> {
  const { storage, pluginPath, onLine = () => {} } = options;
  await mkdir(storage, { recursive: true });
  await writeFile(join(storage, 'config.json'), JSON.stringify(homebridgeConfig(options), null, 2), {
    mode: 0o600,
  });
  const child = startChild(
    process.execPath,
    // Its own log has a time and colour for each line; the demo prints its own.
    [homebridgeScript(pluginPath), '-U', storage, '-P', pluginPath, '--strict-plugin-resolution', '-Q', '-T'],
    { outputs: 1, onLine, graceMs: 8000 },
  );
  const [stdout] = child.outputs;
  if (stdout) createInterface({ input: stdout }).on('line', onLine);
  let ended = false;
  void child.exited.then(() => {
    ended = true;
  });
  const status = () => {
    const found = readRunFile(storage);
    // A file of an earlier run says nothing about this one.
    return found?.pid === child.pid ? found : undefined;
  };
  return {
    pid: child.pid,
    exited: child.exited,
    status,
    async until(wanted, what, ms = 60_000) {
      const deadline = clock.monotonic() + ms;
      while (clock.monotonic() < deadline && !ended) {
        const now = status();
        if (now && wanted(now)) return now;
        await sleep(clock, POLL_MS);
      }
      throw new ProblemError({
        code: 'homebridge-not-ready',
        what: `Homebridge ${ended ? 'ended' : `took more than ${ms / 1000} s`} before ${what}.`,
        cure: 'Its lines above say why.',
      });
    },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

function homebridgeConfig({ doorstep, bind }: HomebridgeOptions): object {
  const byte = () => randomInt(256).toString(16).toUpperCase().padStart(2, '0');
  const digits = (n: number) => Array.from({ length: n }, () => randomInt(1, 10)).join('');
  return {
    bridge: {
      name: 'Doorstep House',
      username: ['0E', ...Array.from({ length: 5 }, byte)].join(':'),
      port: 0,
      pin: `${digits(3)}-${digits(2)}-${digits(3)}`,
      advertiser: 'ciao',
      ...(bind && { bind }),
    },
    accessories: [],
    platforms: [{ platform: 'Doorstep', ...doorstep }],
  };
}

function homebridgeScript(from: string): string {
  try {
    const entry = createRequire(join(from, 'package.json')).resolve('homebridge');
    return join(dirname(entry), '..', 'bin', 'homebridge.js');
  } catch (error) {
    throw new ProblemError(
      {
        code: 'no-homebridge',
        what: 'Homebridge is not installed beside Doorstep.',
        cure: 'The demo runs from a clone of the repository: run "npm run demo" there.',
      },
      { cause: error },
    );
  }
}
