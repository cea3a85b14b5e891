import type { HomeKitStatus, HubStatus } from '../../protocol/status.ts';
import { cameraInfo } from '../api/camera-info.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import { replacePrivate } from '../system/text-file.ts';
import type { CameraUnit } from './camera-unit.ts';
import type { Hub } from './hub.ts';
import { readJson, storageFolder } from './storage-folder.ts';

/** Changes come in bursts at start. */
const SETTLE_MS = 100;
/** How often the numbers that change by themselves (storage) are taken anew. */
const REFRESH_MS = 30_000;
/** Secure video and what the household switches have nothing to call back: they are looked at. */
const LOOK_MS = 1000;

/** An accessory as far as `doorstep status` tells of it. */
export interface StatusSource {
  status(): HomeKitStatus;
  /** Calls back on each change; the returned function ends it. */
  onStatus(listener: () => void): () => void;
}

export interface RunFileOptions {
  homebridgeStorage: string;
  hub: RunFileHub;
  accessories: readonly StatusSource[];
  version: string;
  clock: Clock;
  log: Log;
}

/** What the status is read from. */
export interface RunFileHub extends Pick<Hub, 'api' | 'hooksKey' | 'problems'> {
  readonly cameras: readonly Pick<CameraUnit, 'camera'>[];
  readonly services: Pick<Hub['services'], 'about'> & { clips: Pick<Hub['services']['clips'], 'storage'> };
}

export interface RunFile extends Disposable {}

/** Until disposed, which leaves `running: false`, keeps `run.json` (owner-readable only: it holds set-up codes and webhook keys) at what the hub is now. */
export function startRunFile({
  homebridgeStorage,
  hub,
  accessories,
  version,
  clock,
  log,
}: RunFileOptions): RunFile {
  const path = storageFolder(homebridgeStorage).runFile;
  let stopped = false;
  let last: HubStatus | undefined;
  let cancel = () => {};
  let cancelLook = () => {};
  let seen = newsOf(hub);
  const save = (status: HubStatus) => {
    last = status;
    replacePrivate(path, `${JSON.stringify(status, null, 2)}\n`, { durable: false });
  };
  const write = async () => {
    cancel = clock.after(REFRESH_MS, refresh);
    try {
      const status = await hubStatus(hub, accessories, version, clock.now());
      if (!stopped) save(status);
    } catch (error) {
      log.warn(
        `The status file ${path} cannot be written: ${reason(error)}. "doorstep status" will be out of date.`,
      );
    }
  };
  const refresh = () => void write();
  const soon = () => {
    cancel();
    if (!stopped) cancel = clock.after(SETTLE_MS, refresh);
  };
  const look = () => {
    cancelLook = clock.after(LOOK_MS, look);
    const news = newsOf(hub);
    if (news === seen) return;
    seen = news;
    soon();
  };
  const ends = [
    ...hub.cameras.map(({ camera }) => camera.onState(soon)),
    ...accessories.map((accessory) => accessory.onStatus(soon)),
  ];
  soon();
  look();
  return {
    [Symbol.dispose]() {
      stopped = true;
      cancel();
      cancelLook();
      for (const end of ends) end();
      try {
        if (last) save({ ...last, running: false });
      } catch (error) {
        log.debug(`The status file ${path} keeps its last words: ${reason(error)}`);
      }
    },
  };
}

/** What `about` says, without what is different at every look and no news: how much prebuffer there is just now. */
function newsOf({ cameras, services }: RunFileHub): string {
  return JSON.stringify(
    cameras.map(({ camera }) => {
      const { secureVideo, ...rest } = services.about(camera.ref.id);
      if (!secureVideo) return rest;
      // Its times are numbers of their own beside it.
      const line = secureVideo.line.replace(/\d+/g, '');
      return { ...rest, secureVideo: { ...secureVideo, prebufferMs: 0, line } };
    }),
  );
}

async function hubStatus(
  hub: RunFileHub,
  accessories: readonly StatusSource[],
  version: string,
  now: number,
): Promise<HubStatus> {
  const base = hub.api?.url.replace(/\/$/, '') ?? '';
  return {
    running: true,
    version,
    pid: process.pid,
    at: now,
    ...(hub.api && { api: { url: base, port: hub.api.port } }),
    cameras: hub.cameras.map(({ camera }) => {
      const hook = (kind: string) => `${base}/hooks/${hub.hooksKey}/${camera.ref.slug}/${kind}`;
      return {
        ...cameraInfo(hub.services, camera),
        webhooks: { ring: hook('ring'), motion: hook('motion') },
      };
    }),
    homekit: accessories.map((accessory) => accessory.status()),
    storage: await hub.services.clips.storage(),
    problems: hub.problems(),
  };
}

/** The hub's last word on itself; `running` tells whether it did not end by itself and its process still lives. Undefined when it never ran here. */
export function readRunFile(homebridgeStorage: string): HubStatus | undefined {
  const status = readJson(storageFolder(homebridgeStorage).runFile) as HubStatus | undefined;
  return status && { ...status, running: status.running && isAlive(status.pid) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
