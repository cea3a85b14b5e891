/** What the servers of tests have in common: a program on a loopback port that can hang, die and come back. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { type Child, startChild } from '../../plugin/system/child.ts';
import { freePort } from './free-port.ts';
import { descendantsOf } from './process-tree.ts';

export interface NasServer extends AsyncDisposable {
  readonly port: number;
  /** What it serves, as it is on this machine. Outlives {@link kill}. */
  readonly folder: string;
  /** It hangs: connections stay, nobody answers. */
  pause(): void;
  resume(): void;
  /** It dies without a word, and its port refuses connections. */
  kill(): Promise<void>;
  /** Again on the same port, after {@link kill}. */
  start(): Promise<void>;
}

export interface NasProgram {
  file: string;
  args(port: number): readonly string[];
  env?: Readonly<Record<string, string>>;
}

export interface Program {
  /** Undefined where it is missing. */
  path: string | undefined;
  /** A test that needs it; skipped, with a word, on a machine without it. */
  test: ReturnType<typeof it.skipIf>;
  /** The same for many tests. */
  suite: ReturnType<typeof describe.skipIf>;
}

/** Finds a program in its usual places, or where a variable says. */
export function findProgram(name: string, variable: string, what: string): Program {
  const usual = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin'];
  const candidates = [process.env[variable], ...usual.map((folder) => join(folder, name))];
  const path = candidates.find((each) => each && existsSync(each));
  const skips = !path && !process.env.CI;
  if (skips)
    console.warn(`No ${name} was found; name yours in the variable ${variable}. ${what} are skipped.`);
  return { path, test: it.skipIf(skips), suite: describe.skipIf(skips) };
}

const TRIES = 5;
const START_MS = 15_000;

/**
 * Starts a server on a free port, with a folder to serve and one for what is its own.
 *
 * @param prepare writes its files, and says how it is started
 */
export async function startNas(
  prepare: (folders: { served: string; own: string }) => Promise<NasProgram>,
): Promise<NasServer> {
  const own = await mkdtemp(join(tmpdir(), 'doorstep-nas-'));
  const served = await mkdtemp(join(tmpdir(), 'doorstep-nas-'));
  const clear = async () => {
    for (const folder of [own, served]) await rm(folder, { recursive: true, force: true });
  };
  const program = await prepare({ served, own }).catch(async (error: unknown) => {
    await clear();
    throw error;
  });
  let child: Child | undefined;
  let port = 0;
  const processes = () =>
    child?.pid === undefined ? [] : [child.pid, ...descendantsOf(child.pid).map(({ pid }) => pid)];
  const signal = (name: NodeJS.Signals) => {
    for (const pid of processes()) trySignal(pid, name);
  };
  const kill = async () => {
    signal('SIGKILL');
    await child?.exited;
    child = undefined;
  };
  const start = async () => {
    for (let tries = 1; !child; tries++) {
      if (port === 0 || tries > 1) port = await freePort();
      const started = startChild(program.file, program.args(port), program.env && { env: program.env });
      if (await answers(started, port)) child = started;
      else if (tries === TRIES)
        throw new Error(`${program.file} does not start: ${(await started.stop()).stderrTail.join(' ')}`);
    }
  };
  await start().catch(async (error: unknown) => {
    await clear();
    throw error;
  });
  return {
    get port() {
      return port;
    },
    folder: served,
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    kill,
    start,
    async [Symbol.asyncDispose]() {
      await kill();
      await clear();
    },
  };
}

/** False when it ended, as it does when its port was taken meanwhile. */
async function answers(child: Child, port: number): Promise<boolean> {
  let ended = false;
  void child.exited.then(() => {
    ended = true;
  });
  for (const until = Date.now() + START_MS; !ended && Date.now() < until; ) {
    if (await connects(port)) return !ended;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await child.stop();
  return false;
}

function connects(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  return new Promise((resolve) => {
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between.
  }
}
