import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeWatcher } from '../../test/support/fake-watcher.ts';
import type { WatcherNews } from '../detection/watcher/contract.ts';
import { readConfig } from '../read-config.ts';
import { startChild } from '../system/child.ts';
import { type Clock, systemClock } from '../system/clock.ts';
import { type Hub, startHub } from './hub.ts';

let storage: string;
let lines: string[];
let watcher: FakeWatcher;
const say = (line: string) => lines.push(line);
const log = { debug() {}, info: say, warn: say, error: say };

beforeEach(() => {
  storage = mkdtempSync(join(tmpdir(), 'hub-'));
  mkdirSync(join(storage, 'doorstep'));
  lines = [];
  watcher = new FakeWatcher();
});
afterEach(() => rmSync(storage, { recursive: true, force: true }));

const inFolder = (name: string) => join(storage, 'doorstep', name);

function start(clock: Clock = systemClock): Promise<Hub> {
  const camera = { name: 'Front door', main: 'rtsp://127.0.0.1:1/main' };
  const { config } = readConfig({
    platform: 'Doorstep',
    cameras: [camera],
    api: { port: 0, advertise: false },
  });
  return startHub(
    {
      config,
      configProblems: [],
      homebridgeStorage: storage,
      uiRoot: storage,
      version: '0.0.0',
      childBridge: false,
    },
    { clock, log, startChild, watcher },
  );
}

const hubProblems = (hub: Hub) =>
  hub.problems().filter(({ code }) => !['camera-unreachable', 'no-ffmpeg'].includes(code));

test.each([
  [
    'logins that are no database',
    'auth-unavailable',
    () => writeFileSync(inFolder('auth.sqlite'), 'x'.repeat(5000)),
  ],
  ['a webhook key that cannot be read', 'storage-unwritable', () => mkdirSync(inFolder('hooks.key'))],
])('%s cost the web app, not the doorbell', async (_, code, harm) => {
  harm();
  await using hub = await start();
  expect(hubProblems(hub)).toMatchObject([{ code }]);
  expect(hub.api).toBeUndefined();
  expect(hub.cameras).toHaveLength(1);
});

test('a clip that says something unknown of itself stays out of the index, and the others come in', async () => {
  const day = inFolder('recordings/front-door/2026/11/22');
  mkdirSync(day, { recursive: true });
  const clip = (id: string, state: string) => {
    writeFileSync(join(day, `072341-ring-${id}.mp4`), 'mp4');
    writeFileSync(
      join(day, `072341-ring-${id}.json`),
      JSON.stringify({
        ...{ schema: 1, id, kind: 'doorbell', eventIds: [id], startedAt: 1, endedAt: 2, bytes: 3, state },
        camera: { id: 'c', name: 'Front door', slug: 'front-door' },
      }),
    );
  };
  clip('odd', 'archived');
  clip('even', 'ready');
  await using hub = await start();
  const listed = () => hub.services.clips.list({ limit: 10 }).map(({ id }) => id);
  await vi.waitFor(() => expect(listed()).toEqual(['even']), { timeout: 20_000 });
  expect(hubProblems(hub)).toEqual([]);
});

test('a camera keeps its identity, and the list of them is written only when it changes', async () => {
  const first = await start();
  const id = first.cameras[0]?.camera.ref.id;
  await first[Symbol.asyncDispose]();
  const { ino } = statSync(inFolder('cameras.json'));
  await using second = await start();
  expect(second.cameras[0]?.camera.ref.id).toBe(id);
  expect(statSync(inFolder('cameras.json')).ino).toBe(ino);
});

test('a list of cameras that cannot be read is kept aside', async () => {
  writeFileSync(inFolder('cameras.json'), '[{"id": "half');
  await using hub = await start();
  expect(hub.cameras).toHaveLength(1);
  const [aside] = readdirSync(join(storage, 'doorstep')).filter((name) => name.includes('.broken-'));
  expect(readFileSync(inFolder(aside ?? ''), 'utf8')).toBe('[{"id": "half');
  expect(lines.filter((line) => line.includes('list of cameras'))).toHaveLength(1);
});

test('a list of cameras that cannot be written is a problem, and the doorbell runs', async () => {
  mkdirSync(inFolder('cameras.json.part'));
  await using hub = await start();
  expect(hubProblems(hub)).toMatchObject([{ code: 'storage-unwritable' }]);
  expect(hub.api).toBeDefined();
  expect(hub.cameras).toHaveLength(1);
});

const PICTURE = { width: 1, height: 1, png: Uint8Array.of(1) };
const parcel = (phase: 'delivered' | 'removed', decisionId: string): WatcherNews => ({
  ...{ type: 'package', phase, at: Date.now(), decidedAt: Date.now(), packageId: 'p', decisionId },
  ...{ count: 1, score: 0.9, box: { left: 0, top: 0, right: 1, bottom: 1 }, scores: { edges: 1 } },
  ...{ rule: 'new-after-visit', before: PICTURE, after: PICTURE },
});

test('what lies at a doorstep is known, also after a restart, and the household says who has it', async () => {
  const first = await start();
  const { id } = first.cameras[0]?.camera.ref ?? { id: '' };
  watcher.of(id).tell({ type: 'memory', text: 'the porch' });
  watcher.of(id).tell(parcel('delivered', 'd1'));
  const [event] = first.events.query({ kinds: ['package'], limit: 1 });
  const lying = [{ id: 'p', count: 1, deliveredAt: event?.at, eventId: event?.id, confirmed: false }];
  expect(first.services.about(id).packages).toEqual(lying);
  expect(first.services.detection.decisions({ camera: id, limit: 5 })).toMatchObject([
    { id: 'd1', eventId: event?.id, pictures: ['before', 'after'] },
  ]);
  first.services.detection.setHome('away');
  await first[Symbol.asyncDispose]();
  expect(watcher.closed).toBe(true);

  watcher = new FakeWatcher();
  await using second = await start();
  expect(watcher.of(id).options[0]?.memory).toBe('the porch');
  expect(second.services.about(id).packages).toEqual(lying);
  expect(second.services.detection.household().home).toBe('away');
  watcher.of(id).tell(parcel('removed', 'd2'));
  await second.services.act(id, 'packages-collected');
  expect(
    second.events
      .query({ kinds: ['package'], limit: 2 })
      .map(({ phase, package: p }) => `${phase} ${p?.verdict}`),
  ).toEqual(['corrected collected', 'removed taken']);
  expect(second.services.about(id).packages).toEqual([]);
});

test('detection rests for as long as was ordered, or until somebody arms it', async () => {
  await using hub = await start();
  const { id } = hub.cameras[0]?.camera.ref ?? { id: '' };
  const before = Date.now();
  await hub.services.act(id, 'snooze', { minutes: 10 });
  const { armed, snoozedUntil } = hub.services.about(id);
  expect(armed).toBe(false);
  expect(snoozedUntil).toBeGreaterThanOrEqual(before + 10 * 60_000);
  expect(() => hub.services.trigger(id, 'motion', { test: false, from: 'order' })).toThrow('switched off');
  await hub.services.act(id, 'arm');
  expect(hub.services.about(id).armed).toBe(true);
  expect(hub.services.about(id)).not.toHaveProperty('snoozedUntil');
});

test('"I took it in" is told at once, and what is seen of it later is not told again', async () => {
  await using hub = await start();
  const { id } = hub.cameras[0]?.camera.ref ?? { id: '' };
  watcher.of(id).tell(parcel('delivered', 'd1'));
  await hub.services.act(id, 'packages-collected');
  watcher.of(id).tell(parcel('removed', 'd2'));
  const told = hub.events.query({ kinds: ['package'], limit: 5 });
  expect(told.map(({ phase, package: p }) => [phase, p?.verdict])).toEqual([
    ['removed', 'collected'],
    ['delivered', undefined],
  ]);
  expect(hub.services.detection.decisions({ eventId: told[0]?.id ?? '', limit: 5 })).toMatchObject([
    { id: 'd2' },
  ]);
});

test('"That was us" explains what went, and what still lies there stays', async () => {
  await using hub = await start();
  const { id } = hub.cameras[0]?.camera.ref ?? { id: '' };
  hub.services.detection.setHome('away');
  watcher.of(id).tell(parcel('delivered', 'd1'));
  watcher.of(id).tell({ ...parcel('delivered', 'd2'), packageId: 'q' } as WatcherNews);
  watcher.of(id).tell(parcel('removed', 'd3'));
  await hub.services.act(id, 'removal-explained');
  const [told] = hub.events.query({ kinds: ['package'], limit: 1 });
  expect([told?.phase, told?.package?.verdict]).toEqual(['corrected', 'collected']);
  expect(hub.services.about(id).packages).toMatchObject([{ id: 'q' }]);
  expect(watcher.of(id).gone).toEqual([]);
});

test('zones and answers reach the eyes at once, and a watcher that has stopped is a problem in words', async () => {
  await using hub = await start();
  const { detection } = hub.services;
  const { id } = hub.cameras[0]?.camera.ref ?? { id: '' };
  const area: [number, number][] = [
    [0, 0],
    [1, 0],
    [1, 1],
  ];
  await detection.setZones(id, { doorstep: [area], motion: [], ignore: [], privacy: [area] });
  expect(detection.zones(id)).toMatchObject({ doorstep: [area], privacy: [area], configured: [] });
  watcher.of(id).tell(parcel('delivered', 'd1'));
  detection.answer('d1', 'wrong');
  expect(
    watcher.of(id).options.map(({ zones, leanings }) => [zones.doorstep.length, leanings.package < 0]),
  ).toEqual([
    [0, false],
    [1, false],
    [1, true],
  ]);
  expect(detection.tuning(id)).toMatchObject({ wrong: 1 });
  expect(detection.resetTuning(id)).toMatchObject({ package: 0, wrong: 0 });
  expect(watcher.of(id).options.at(-1)?.leanings.package).toBe(0);
  watcher.problem = { code: 'detection-stopped', what: 'It has stopped.', cure: 'Wait.' };
  expect(hubProblems(hub)).toEqual([watcher.problem]);
  expect(() => detection.tuning('nobody')).toThrow(/no camera/);
});

test('an index that cannot be used costs the recordings, not the doorbell', async () => {
  mkdirSync(inFolder('recordings.sqlite'));
  await using hub = await start();
  expect(hubProblems(hub)).toMatchObject([{ code: 'index-unwritable' }]);
  expect(await hub.services.clips.storage()).toMatchObject({
    ...{ clips: 0, problem: { code: 'index-unwritable' }, target: { kind: 'embedded', state: 'refused' } },
  });
  await expect(hub.services.storage.allowRemoval()).rejects.toThrow(/index of the recordings/);
  expect(hub.api).toBeDefined();
});

test('once the index can be used again recordings are there, and nobody had to restart', async () => {
  mkdirSync(inFolder('recordings.sqlite'));
  const minutes: (() => void)[] = [];
  const clock: Clock = {
    ...systemClock,
    after: (ms, fn) => {
      if (ms === 60_000) minutes.push(fn);
      return systemClock.after(ms, fn);
    },
  };
  await using hub = await start(clock);
  let news = 0;
  const end = hub.recordings.onStorage(() => {
    news += 1;
  });
  const minute = () => {
    for (const each of minutes.splice(0)) each();
  };
  minute();
  await vi.waitFor(() => expect(minutes).not.toEqual([]));
  expect(hubProblems(hub)).toMatchObject([{ code: 'index-unwritable' }]);
  expect(lines.filter((line) => line.includes('index of the recordings'))).toHaveLength(1);
  rmSync(inFolder('recordings.sqlite'), { recursive: true });
  minute();
  await vi.waitFor(() => expect(hubProblems(hub)).toEqual([]), { timeout: 20_000 });
  await vi.waitFor(
    async () => expect((await hub.services.clips.storage()).target.state).toBe('ready'),
    20_000,
  );
  expect(news).toBeGreaterThan(1);
  end();
});
