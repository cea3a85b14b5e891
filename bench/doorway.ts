/** One simulated doorbell, and at its side our hub and the peer, each in a real Homebridge, each paired with a controller. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findFfmpeg } from '../plugin/camera/ffmpeg.ts';
import { startChild } from '../plugin/system/child.ts';
import { systemClock } from '../plugin/system/clock.ts';
import type { Closing } from '../plugin/system/closing.ts';
import type { HomeKitStatus } from '../protocol/status.ts';
import { HomeKitController, type HomeKitTarget } from '../simulator/homekit/controller.ts';
import { type House, startHouse } from '../test/support/house.ts';
import { type Peer, startPeer } from './peer.ts';

/** The camera of all measurements. */
export const CAMERA = { size: '1280x720', fps: 15, gopSeconds: 2 } as const;
export const PICTURE = { width: 1280, height: 720 } as const;

const PROBE = new URL('loop-probe.ts', import.meta.url).href;

/** How late the hub's event loop was, in ms, since it was asked before. */
export interface LoopDelay {
  count: number;
  p50: number;
  p99: number;
  max: number;
}

export interface Doorway {
  readonly house: House;
  /** A controller that is paired with our doorbell. */
  readonly phone: HomeKitController;
  readonly peer: Peer;
  readonly peerPhone: HomeKitController;
  loopDelay(): Promise<LoopDelay>;
}

/** `closing` takes all that is opened, from the first thing on. */
export async function openDoorway(closing: Closing): Promise<Doorway> {
  const folder = await mkdtemp(join(tmpdir(), 'doorstep-bench-'));
  closing.defer(() => rm(folder, { recursive: true, force: true }));
  const loopFile = join(folder, 'loop.json');
  const house = closing.use(
    await withProbe(loopFile, () => startHouse({ doorbells: [{ simulator: CAMERA }] })),
  );
  const phone = closing.use(await HomeKitController.pair(targetOf(house.status().homekit[0])));
  const { main = '' } = house.simulators[0] ?? {};
  const { path: ffmpeg } = await findFfmpeg({}, { startChild, clock: systemClock });
  const peer = closing.use(await startPeer({ main, ffmpeg }));
  const peerPhone = closing.use(await HomeKitController.pair(peer.homekit));
  const loopDelay = () => askLoopDelay(house.homebridge.pid ?? 0, loopFile);
  return { house, phone, peer, peerPhone, loopDelay };
}

/** A random part of `ms`, so that no measurement keeps step with the camera's keyframes. */
export const waitSome = (ms: number) => wait(Math.random() * ms);

async function withProbe<T>(loopFile: string, start: () => Promise<T>): Promise<T> {
  const { NODE_OPTIONS: before = '' } = process.env;
  process.env.NODE_OPTIONS = `${before} --import=${PROBE}`;
  process.env.BENCH_LOOP_FILE = loopFile;
  try {
    return await start();
  } finally {
    process.env.NODE_OPTIONS = before;
    delete process.env.BENCH_LOOP_FILE;
  }
}

async function askLoopDelay(pid: number, file: string): Promise<LoopDelay> {
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (let tries = 0; tries < 1000; tries++) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text) return JSON.parse(text) as LoopDelay;
    await wait(10);
  }
  throw new Error('The hub did not say how late its event loop was.');
}

function targetOf(status: HomeKitStatus | undefined): HomeKitTarget {
  const { username, port, setupCode } = status ?? {};
  if (!username || !port || !setupCode) throw new Error('The doorbell is not in HomeKit.');
  return { username, port, setupCode };
}
