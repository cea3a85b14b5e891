import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DoorstepEvent, EventDraft } from '../../protocol/event.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { decodeErrors, makeStream, probe, type Stream } from '../../test/support/recorded-media.ts';
import { openTestRecordings, type TestRecordings } from '../../test/support/recording-store.ts';
import { ScriptedCamera } from '../../test/support/scripted-camera.ts';
import type { Camera, Still } from '../camera/contract.ts';
import { EventBus } from '../events/bus.ts';
import { type Journal, openJournal } from '../events/journal.ts';
import type { Log } from '../system/log.ts';
import { type EventCamera, startRecorder } from './recorder.ts';

const REF = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
let stream: Stream;
let longStream: Stream;

beforeAll(async () => {
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '15', '-sc_threshold', '0', '-bf', '0'];
  stream = await makeStream({
    input: [
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=160x90:rate=15',
      '-f',
      'lavfi',
      '-i',
      'sine=sample_rate=16000',
    ],
    seconds: 30,
    video: [...h264, '-pix_fmt', 'yuv420p'],
    audio: ['-c:a', 'aac', '-b:a', '32k'],
  });
  longStream = await makeStream({
    input: ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=2'],
    seconds: 210,
    video: [...h264, '-g', '8', '-pix_fmt', 'yuv420p'],
  });
}, 60_000);

let folder: string;
let lines: string[];
let clock: ManualClock;
let journal: Journal;
let bus: EventBus;
let store: TestRecordings;
let camera: ScriptedCamera;
let recorder: AsyncDisposable;
let events: DoorstepEvent[];
const log: Log = {
  debug() {},
  info() {},
  warn: (line) => lines.push(line),
  error: (line) => lines.push(line),
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recorder-'));
  lines = [];
  events = [];
  clock = new ManualClock();
  journal = openJournal({ path: join(folder, 'journal.sqlite'), clock, log });
  bus = new EventBus({ journal, clock, log });
  store = openTestRecordings(folder, clock, log);
  camera = new ScriptedCamera(REF, stream, clock);
  bus.subscribe((event) => events.push(event));
  recorder = start();
});
afterEach(async () => {
  await recorder[Symbol.asyncDispose]();
  await camera[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  journal[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const start = (settings: Partial<Omit<EventCamera, 'camera'>> = {}) =>
  startRecorder({
    cameras: [{ camera, clips: true, continuous: false, audio: false, ...settings }],
    ...{ bus, store, clock, log },
  });
const publish = (parts: Partial<EventDraft> = {}) =>
  bus.publish({ kind: 'doorbell', phase: 'ring', camera: REF, at: clock.now(), ...parts } as EventDraft);
const ready = () => events.filter(({ kind }) => kind === 'clip');
const waitForClips = (count: number) => vi.waitFor(() => expect(ready()).toHaveLength(count), 20_000);

test('a ring gives a clip from 5 s before to 10 s after, a picture, and a word when it is ready', async () => {
  await camera.play(8);
  const event = publish();
  expect(event.media).toEqual({
    snapshot: { id: event.id, ready: false },
    clip: { id: event.id, ready: false },
  });
  await camera.play(11);
  await waitForClips(1);
  const info = store.index.get(event.id);
  expect(ready()[0]).toMatchObject({
    phase: 'ready',
    camera: REF,
    at: info?.startedAt,
    media: { clip: { id: event.id, ready: true }, snapshot: { id: event.id, ready: true } },
  });
  expect(info).toMatchObject({
    kind: 'doorbell',
    state: 'closed',
    eventIds: [event.id],
    snapshotId: event.id,
  });
  expect(event.at - (info?.startedAt ?? 0)).toBeGreaterThanOrEqual(5000);
  expect(event.at - (info?.startedAt ?? 0)).toBeLessThan(6100);
  expect((info?.endedAt ?? 0) - event.at).toBeGreaterThan(9800);
  expect(info?.base).toMatch(/^front-door\/\d{4}\/\d\d\/\d\d\/\d{6}-ring-[0-9A-Z]{26}$/);
  const path = await store.file(event.id);
  expect(await decodeErrors(path)).toBe('');
  const probed = await probe(path);
  expect(probed.streams).toHaveLength(1);
  expect(probed.packets[0]?.flags).toContain('K');
  expect(store.spool.openSnapshot(event.id)?.bytes).toBe('jpeg'.length);
  expect((await store.spool.sidecar(event.id))?.event).toEqual(event);
  expect(store.gaps).toEqual([]);
  expect(lines).toEqual([]);
});

test('what overlaps is one clip, and motion holds it open until its end', async () => {
  await camera.play(6);
  const motion = publish({ kind: 'motion', phase: 'start', label: 'motion' });
  await camera.play(4);
  const ring = publish();
  expect(ring.media?.clip?.id).toBe(motion.id);
  await camera.play(13);
  expect(ready()).toHaveLength(0);
  const end = publish({ kind: 'motion', phase: 'end', at: clock.now() - 8000 });
  expect(end.media).toEqual({ clip: { id: motion.id, ready: false } });
  await camera.play(3);
  await waitForClips(1);
  const info = store.index.get(motion.id);
  expect(info?.eventIds).toEqual([motion.id, ring.id, end.id]);
  expect(store.spool.openSnapshot(ring.id)).toBeDefined();
  expect(store.closed()).toHaveLength(1);
});

describe('the best picture of a visit', () => {
  let best: Still | undefined;
  beforeEach(async () => {
    await recorder[Symbol.asyncDispose]();
    best = undefined;
    recorder = start({ bestStill: () => best });
    await camera.play(1);
  });
  const seen = (agoMs = 0): Still => ({
    ...{
      jpeg: Buffer.from('the best'),
      width: 1,
      height: 1,
      takenAt: clock.now() - agoMs,
      source: 'decoded',
    },
  });
  const bytes = (id: string) => store.index.getSnapshot(id)?.bytes;

  test('takes the place of the first one when the visit is over', async () => {
    const begun = publish({ kind: 'motion', phase: 'start', label: 'motion' });
    await vi.waitFor(() => expect(bytes(begun.id)).toBe('jpeg'.length));
    await camera.play(1);
    best = seen();
    publish({ kind: 'motion', phase: 'end', label: 'person' });
    await vi.waitFor(() => expect(bytes(begun.id)).toBe('the best'.length));
    await camera.play(12);
    await waitForClips(1);
    expect(ready()[0]?.media?.snapshot).toEqual({ id: begun.id, ready: true });
  });

  test('is that of who took a package away; what came is shown as it lies there', async () => {
    best = seen(5_000);
    const came = publish({ kind: 'package', phase: 'delivered', package: { id: 'p', count: 1 } });
    const gone = publish({ kind: 'package', phase: 'removed', package: { id: 'p', count: 0 } });
    await vi.waitFor(() => expect(bytes(gone.id)).toBe('the best'.length));
    await vi.waitFor(() => expect(bytes(came.id)).toBe('jpeg'.length));
  });

  test('is no picture of another visit', async () => {
    best = seen(600_000);
    const gone = publish({ kind: 'package', phase: 'removed', package: { id: 'p', count: 0 } });
    const begun = publish({ kind: 'motion', phase: 'start', label: 'person' });
    publish({ kind: 'motion', phase: 'end', label: 'person' });
    await recorder[Symbol.asyncDispose]();
    expect([bytes(gone.id), bytes(begun.id)]).toEqual(['jpeg'.length, 'jpeg'.length]);
  });
});

test('a camera that reconnects during a visit goes on in a clip of its own', async () => {
  await camera.play(1);
  // The scripted camera reconnects every 30 s, and a clip ends there: three pieces, none lost between them.
  publish({ kind: 'motion', phase: 'start' });
  await camera.play(65);
  publish({ kind: 'motion', phase: 'end' });
  await camera.play(11);
  await waitForClips(3);
  const clips = store.closed();
  expect(clips.map(({ endedAt, startedAt }) => Math.round((endedAt - startedAt) / 1000))).toEqual([
    30, 30, 16,
  ]);
  for (const { id } of clips) expect(await decodeErrors(await store.file(id))).toBe('');
  expect(store.gaps).toEqual([]);
});

test('a visit of more than three minutes goes on in a second clip, without a gap', async () => {
  camera.connect(longStream);
  await camera.play(8);
  const { id } = publish({ kind: 'motion', phase: 'start' });
  await camera.play(185);
  await waitForClips(1);
  const end = publish({ kind: 'motion', phase: 'end' });
  expect(end.media?.clip?.id).not.toBe(id);
  await camera.play(13);
  await waitForClips(2);
  const [first, second] = store.closed();
  expect(first?.id).toBe(id);
  expect(first?.endedAt).toBe(second?.startedAt);
  expect((first?.endedAt ?? 0) - (first?.startedAt ?? 0)).toBe(180_000);
  expect(second).toMatchObject({ id: end.media?.clip?.id, kind: 'motion', eventIds: [id, end.id] });
});

test('sound is in the clip where the owner wants it', async () => {
  await recorder[Symbol.asyncDispose]();
  recorder = start({ audio: true });
  await camera.play(6);
  const { id } = publish();
  await camera.play(11);
  await waitForClips(1);
  const { streams } = await probe(await store.file(id));
  expect(streams.map(({ codec_type }) => codec_type)).toEqual(['video', 'audio']);
});

test('a press during a reconnect has a clip that begins when the camera is back', async () => {
  await camera.play(7.5);
  camera.disconnect();
  await camera.play(3);
  const ring = publish();
  expect(ring.media).toEqual({ clip: { id: ring.id, ready: false } });
  await camera.play(12);
  camera.connect();
  const back = clock.now();
  await camera.play(11);
  await waitForClips(2);
  // What the camera showed before it was lost is kept, too.
  const [before, after] = store.closed();
  expect(before?.eventIds).toEqual([ring.id]);
  expect(after).toMatchObject({ id: ring.id, startedAt: back, eventIds: [ring.id] });
  expect(Math.round(((after?.endedAt ?? 0) - back) / 1000)).toBe(10);
  expect(store.gaps).toEqual([{ from: before?.endedAt, to: back, reason: 'camera-offline' }]);
});

test('a camera that was just there and does not come back: no clip, and the gap says so', async () => {
  camera.disconnect();
  await camera.play(5);
  const { at, media } = publish();
  expect(media?.clip?.ready).toBe(false);
  await camera.play(20);
  await vi.waitFor(() =>
    expect(store.gaps).toEqual([{ from: at, to: at + 15_000, reason: 'camera-offline' }]),
  );
  expect(store.closed()).toEqual([]);
});

test('while the camera is offline for long the event stands, without media, and the log says so once', async () => {
  camera.disconnect();
  await camera.play(60);
  expect(publish().media).toBeUndefined();
  expect(publish().media).toBeUndefined();
  await camera.play(20);
  await vi.waitFor(() => expect(store.gaps).toHaveLength(1));
  expect(lines).toEqual([
    '[Front door] The camera is offline: this event has a clip only if it comes back within seconds.',
  ]);
});

test('where everything is recorded, what is missing of a clip is told once, by that', async () => {
  await recorder[Symbol.asyncDispose]();
  recorder = start({ continuous: true });
  camera.disconnect();
  publish();
  await camera.play(20);
  await recorder[Symbol.asyncDispose]();
  expect(store.gaps).toEqual([]);
});

test('an event without a clip of its own keeps its picture', async () => {
  await recorder[Symbol.asyncDispose]();
  recorder = start({ clips: false });
  await camera.play(6);
  const ring = publish();
  expect(ring.media).toEqual({ snapshot: { id: ring.id, ready: false } });
  await vi.waitFor(() => expect(store.spool.openSnapshot(ring.id)).toBeDefined());
  await camera.play(12);
  await recorder[Symbol.asyncDispose]();
  expect(store.closed()).toEqual([]);
});

test('privacy mode that begins with a press ends its clip, and its plain picture is kept of no event', async () => {
  await camera.play(6);
  const { jpeg } = await camera.snapshot();
  const plain: Still = { jpeg, width: 160, height: 90, takenAt: clock.now(), source: 'privacy' };
  const asked = vi.spyOn(camera as Camera, 'snapshot').mockResolvedValue(plain);
  const ring = publish();
  await camera.play(1);
  await camera.setPrivacy(true);
  await waitForClips(1);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(store.index.get(ring.id)).toMatchObject({ state: 'closed' });
  expect(store.index.get(ring.id)).not.toHaveProperty('snapshotId');
  expect(store.spool.openSnapshot(ring.id)).toBeUndefined();
  expect(store.gaps).toEqual([]);
});

test('a camera that gives nothing leaves no file', async () => {
  camera.ring.push({ ...stream.init, generation: 99 });
  const { id } = publish();
  clock.advance(11_000);
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  expect(lines[0]).toContain('no picture came');
  expect(store.index.get(id)).toBeUndefined();
});

test('events of others and of the hub pass untouched', () => {
  expect(publish({ camera: { id: 'other', name: 'Other', slug: 'other' } }).media).toBeUndefined();
  expect(publish({ kind: 'camera', phase: 'offline' }).media).toBeUndefined();
  expect(publish({ kind: 'motion', phase: 'end' }).media).toBeUndefined();
});

test('stopping completes the clip under way', async () => {
  await camera.play(6);
  const { id } = publish();
  await camera.play(2);
  await recorder[Symbol.asyncDispose]();
  expect(store.index.get(id)?.state).toBe('closed');
  expect(await decodeErrors(await store.file(id))).toBe('');
  expect(store.gaps).toEqual([]);
});

test('a disk that fails costs the clip, not the events, and the gap has its reason', async () => {
  await camera.play(6);
  store.fault = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  const { at } = publish();
  await camera.play(11);
  store.fault = undefined;
  const later = publish();
  await camera.play(11);
  await waitForClips(1);
  expect(store.closed().map(({ id }) => id)).toEqual([later.id]);
  expect(store.gaps).toEqual([{ from: at, to: at + 10_000, reason: 'disk-full' }]);
  expect(events.filter(({ kind }) => kind === 'doorbell')).toHaveLength(2);
});
