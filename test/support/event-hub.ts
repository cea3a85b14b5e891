/** The real API in front of events alone: no media, so it starts at once; it can go away and come back like a hub. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Auth, openAuth } from '../../plugin/api/auth.ts';
import type { HubServices } from '../../plugin/api/contract.ts';
import { type Api, startApi } from '../../plugin/api/server.ts';
import type { Camera } from '../../plugin/camera/contract.ts';
import type { EventSource } from '../../plugin/events/contract.ts';
import { systemClock } from '../../plugin/system/clock.ts';
import type { CameraRef } from '../../protocol/event.ts';
import { FakeDetection } from './fake-detection.ts';
import { FakeClips, FakeEvents } from './fake-hub.ts';
import { noExports, noOrders } from './fake-storage.ts';

export const FRONT_DOOR: CameraRef = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
export const GARDEN: CameraRef = { id: 'cam-2', name: 'Garden', slug: 'garden' };

export interface EventHub<Events extends EventSource = FakeEvents> extends AsyncDisposable {
  readonly port: number;
  readonly auth: Auth;
  readonly events: Events;
  /** Empty; its answers are a test's to replace. */
  readonly clips: FakeClips;
  /** Stops the API; events can still be published, for nobody. */
  goAway(): Promise<void>;
  /** Starts the API again on the same port. */
  comeBack(): Promise<void>;
}

/** Events in memory. */
export const startEventHub = () => serveEvents(new FakeEvents());

/** The API in front of these events, which stay the caller's to close. */
export async function serveEvents<Events extends EventSource>(events: Events): Promise<EventHub<Events>> {
  const folder = await mkdtemp(join(tmpdir(), 'doorstep-events-'));
  const auth = openAuth({ path: join(folder, 'auth.sqlite'), clock: systemClock });
  const clips = new FakeClips(folder);
  const cameras = [watchOnly(FRONT_DOOR, 'doorbell'), watchOnly(GARDEN, 'camera')];
  const services: HubServices = {
    version: '0.1.0',
    cameras: () => cameras,
    events,
    clips,
    storage: noOrders,
    exports: noExports,
    detection: new FakeDetection(),
    health: () => {
      throw new Error('this hub has events alone');
    },
    trigger: () => {
      throw new Error('this hub has events alone');
    },
    about: () => ({ armed: true, packages: [] }),
    act: () => Promise.reject(new Error('this hub has events alone')),
    examine: () => Promise.reject(new Error('this hub has events alone')),
    discover: () => Promise.reject(new Error('this hub has events alone')),
  };
  const silent = () => {};
  const start = (port: number) =>
    startApi({
      services,
      host: '127.0.0.1',
      port,
      allowedHosts: [],
      auth,
      hooksKey: 'hooks-key-of-this-event-hub-with-32-letters',
      clock: systemClock,
      log: { debug: silent, info: silent, warn: silent, error: silent },
    });

  let api: Api | undefined = await start(0);
  const { port } = api;
  const goAway = async () => {
    await api?.[Symbol.asyncDispose]();
    api = undefined;
  };
  return {
    port,
    auth,
    events,
    clips,
    goAway,
    async comeBack() {
      api = await start(port);
    },
    async [Symbol.asyncDispose]() {
      await goAway();
      auth[Symbol.dispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A camera of which only name and state are asked. */
function watchOnly(ref: CameraRef, kind: Camera['kind']): Camera {
  const noMedia = () => {
    throw new Error('this camera has no media');
  };
  return {
    ref,
    kind,
    state: { online: true, privacy: false, since: Date.now() },
    onState: () => () => {},
    watch: noMedia,
    snapshot: noMedia,
    onSmallFrame: noMedia,
    setPrivacy: noMedia,
    setMasks: noMedia,
    onForget: noMedia,
    talkVia: undefined,
    talk: noMedia,
    [Symbol.asyncDispose]: async () => {},
  };
}
