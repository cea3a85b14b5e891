/** A camera that the hub knows by ONVIF alone, with real streams. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type SimulatedOnvif, startOnvifServer } from '../../simulator/onvif/onvif-server.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator-process.ts';
import { FakeWatcher } from '../../test/support/fake-watcher.ts';
import { readConfig } from '../read-config.ts';
import { startChild } from '../system/child.ts';
import { systemClock } from '../system/clock.ts';
import { Closing } from '../system/closing.ts';
import type { CameraUnit } from './camera-unit.ts';
import { type Hub, startHub } from './hub.ts';

const LOGIN = { user: 'owner', password: 'secret' };
const GENEROUS = { timeout: 60_000, interval: 20 };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

let closing: Closing;
let storage: string;
let doorbell: Simulator;
let onvif: SimulatedOnvif;
beforeAll(async () => {
  doorbell = await startSimulator({ ...LOGIN, size: '640x360', fps: 10, gopSeconds: 1, audio: 'none' });
}, 60_000);
afterAll(() => doorbell?.[Symbol.asyncDispose]());

beforeEach(async () => {
  closing = new Closing();
  storage = mkdtempSync(join(tmpdir(), 'unit-'));
  closing.defer(() => rmSync(storage, { recursive: true, force: true }));
  const picture = { codec: 'H264', fps: 10, gopLength: 10 } as const;
  onvif = closing.use(
    await startOnvifServer({
      ...{ name: 'Front door', brand: 'reolink', credentials: LOGIN },
      streams: [
        { token: 'main', url: doorbell.main, width: 1280, height: 720, ...picture },
        { token: 'sub', url: doorbell.sub, width: 640, height: 360, ...picture },
      ],
    }),
  );
});
afterEach(() => closing[Symbol.asyncDispose]());

async function start(): Promise<{ hub: Hub; unit: CameraUnit }> {
  const camera = {
    name: 'Front door',
    onvif: { host: '127.0.0.1', port: onvif.port, username: LOGIN.user, password: LOGIN.password },
  };
  const { config, problems } = readConfig({ platform: 'Doorstep', cameras: [camera], api: { port: 0 } });
  expect(problems).toEqual([]);
  const hub = closing.use(
    await startHub(
      {
        ...{ config, configProblems: [], homebridgeStorage: storage, uiRoot: storage, version: '0.0.0' },
        childBridge: false,
      },
      { clock: systemClock, log: quiet, startChild, watcher: new FakeWatcher() },
    ),
  );
  const [unit] = hub.cameras;
  if (!unit) throw new Error('There is no camera.');
  return { hub, unit };
}

const online = (unit: CameraUnit) => expect.poll(() => unit.camera.state.online, GENEROUS).toBe(true);
const listening = (unit: CameraUnit) => expect.poll(() => unit.onvif?.state.listening, GENEROUS).toBe(true);
const rings = (hub: Hub) => hub.events.query({ kinds: ['doorbell'], limit: 10 }).map(({ phase }) => phase);

test('comes online without an address of its own, and each press rings once', async () => {
  const { hub, unit } = await start();
  await online(unit);
  await expect.poll(() => unit.camera.state.sub, GENEROUS).toMatchObject({ width: 640, height: 360 });
  expect(unit.foundUrl()).toContain(new URL(doorbell.main).host);
  await listening(unit);
  // One press, told in two ways, as some do.
  onvif.see('ring', true);
  onvif.send({
    topic: 'tns1:Device/Trigger/DigitalInput',
    ...{ source: [], data: [['LogicalState', 'true']], operation: 'Changed' },
  });
  onvif.see('ring', false);
  onvif.send({ topic: 'tns1:Device/Mystery', source: [], data: [], operation: 'Changed' });
  const heard = () => unit.onvif?.topicsSeen().some(({ topic }) => topic === 'Device/Mystery');
  await expect.poll(heard, GENEROUS).toBe(true);
  expect(rings(hub)).toEqual(['ring']);
}, 120_000);

test('in privacy mode it is asked nothing, not even by the doctor', async () => {
  const { hub, unit } = await start();
  await online(unit);
  await listening(unit);
  const { id } = unit.camera.ref;
  await hub.services.act(id, 'privacy-on');
  expect(onvif.subscriptions).toBe(0);
  const before = onvif.requests.length;
  const report = await hub.services.examine({ cameraId: id, signal: AbortSignal.timeout(60_000) });
  const verdict = report.cameras[0]?.verdicts.find(({ check }) => check === 'onvif');
  expect(verdict).toMatchObject({ judgement: 'unknown', found: expect.stringContaining('not asked') });
  expect(hub.problems().filter(({ code }) => code.includes('onvif'))).toEqual([]);
  expect(onvif.requests).toHaveLength(before);

  // Also after a restart.
  await hub[Symbol.asyncDispose]();
  const again = await start();
  await again.unit.applied.settled();
  expect(again.unit.onvif?.state.reachable).toBe(false);
  await again.hub.services.examine({ cameraId: id, signal: AbortSignal.timeout(60_000) });
  expect(onvif.requests).toHaveLength(before);

  await again.hub.services.act(id, 'privacy-off');
  await online(again.unit);
  await listening(again.unit);
  expect(onvif.requests[before]).toBe('GetSystemDateAndTime');
}, 120_000);

test('is read again at the address it had, when its ONVIF does not come back', async () => {
  const { unit } = await start();
  await online(unit);
  onvif.fault('hang');
  const states: boolean[] = [];
  unit.camera.onState((state) => states.push(state.online));
  await doorbell.fault('drop');
  await expect.poll(() => states, GENEROUS).toContain(false);
  await online(unit);
}, 120_000);
