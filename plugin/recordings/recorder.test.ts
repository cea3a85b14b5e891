import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { DoorstepEvent, EventDraft } from '../../protocol/event.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { decodeErrors, makeStream, probe, type Stream } from '../../test/support/recorded-media.ts';
import type { Camera, Still } from '../camera/contract.ts';
import { Ring } from '../camera/ring.ts';
import { EventBus } from '../events/bus.ts';
import { type Journal, openJournal } from '../events/journal.ts';
import type { Log } from '../system/log.ts';
import { type ClipStore, openClipStore } from './clip-store.ts';
import { startRecorder } from './recorder.ts';

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

/** A camera whose stream moves on with the clock of the test. */
class ScriptedCamera implements Camera {
  readonly ref = REF;
  readonly kind = 'doorbell';
  readonly ring: Ring;
  readonly #clock: ManualClock;
  #stream = stream;
  #online = true;
  #generation = 0;
  #start = 0;
  #next = 0;

  constructor(clock: ManualClock) {
    this.#clock = clock;
    this.ring = new Ring(clock);
    this.connect();
  }

  get state() {
    return { online: this.#online, since: 0, privacy: false };
  }

  readonly talkVia = undefined;

  talk(): Promise<never> {
    return Promise.reject(new Error('nobody hears it'));
  }

  async setPrivacy(): Promise<void> {}

  connect(to = this.#stream): void {
    this.#stream = to;
    this.#online = true;
    this.#generation += 1;
    this.#start = this.#clock.now();
    this.#next = 0;
    this.ring.push({ ...to.init, generation: this.#generation });
  }

  disconnect(): void {
    this.#online = false;
  }

  /** Lets time pass, frame by frame; each is given the time to be written. */
  async play(seconds: number): Promise<void> {
    const end = this.#clock.now() + seconds * 1000;
    for (; this.#online; this.#next += 1) {
      const { fragments } = this.#stream;
      const index = this.#next % fragments.length;
      const fragment = fragments[index];
      if (!fragment) throw new Error('an empty stream');
      const at = this.#start + Math.round(fragment.time * 1000);
      // At its end the stream starts again, as after a reconnect.
      if (this.#next >= fragments.length) {
        const over = this.#start + Math.round((fragments.at(-1)?.time ?? 0) * 1000 + 66);
        if (over > end) break;
        this.#clock.advance(Math.max(0, over - this.#clock.now()));
        this.connect();
        this.#next -= 1;
        continue;
      }
      if (at > end) break;
      this.#clock.advance(Math.max(0, at - this.#clock.now()));
      this.ring.push({ ...fragment, at, seq: this.#next, generation: this.#generation });
      if (fragment.keyframe) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    this.#clock.advance(Math.max(0, end - this.#clock.now()));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }

  watch(options: Parameters<Camera['watch']>[0]) {
    return this.ring.watch(options);
  }

  async snapshot() {
    return {
      jpeg: Buffer.from('jpeg'),
      width: 160,
      height: 90,
      takenAt: this.#clock.now(),
      source: 'decoded' as const,
    };
  }

  onState() {
    return () => {};
  }

  onGrayFrame() {
    return () => {};
  }

  async [Symbol.asyncDispose]() {
    this.ring.close();
  }
}

let folder: string;
let lines: string[];
let clock: ManualClock;
let journal: Journal;
let bus: EventBus;
let store: ClipStore;
let camera: ScriptedCamera;
let recorder: AsyncDisposable;
let events: DoorstepEvent[];
let recordAudio: boolean;
const log: Log = {
  debug() {},
  info() {},
  warn: (line) => lines.push(line),
  error: (line) => lines.push(line),
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recorder-'));
  lines = [];
  events = [];
  recordAudio = false;
  clock = new ManualClock();
  journal = openJournal({ path: join(folder, 'journal.sqlite'), clock, log });
  bus = new EventBus({ journal, clock, log });
  store = await openStore();
  camera = new ScriptedCamera(clock);
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

const start = () =>
  startRecorder({
    cameras: [{ camera, clips: true, continuous: false, audio: recordAudio }],
    ...{ bus, store, clock, log },
  });
const root = () => join(folder, 'recordings');
const openStore = () =>
  openClipStore({
    root: root(),
    databasePath: join(folder, 'clips.sqlite'),
    keepDays: 3,
    minFreeBytes: 0,
    clock,
    log,
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
  const info = store.get(event.id);
  expect(ready()[0]).toMatchObject({
    phase: 'ready',
    camera: REF,
    at: info?.startedAt,
    media: { clip: { id: event.id, ready: true }, snapshot: { id: event.id, ready: true } },
  });
  expect(info).toMatchObject({
    kind: 'doorbell',
    state: 'ready',
    eventIds: [event.id],
    snapshotId: event.id,
  });
  expect(event.at - (info?.startedAt ?? 0)).toBeGreaterThanOrEqual(5000);
  expect(event.at - (info?.startedAt ?? 0)).toBeLessThan(6100);
  expect((info?.endedAt ?? 0) - event.at).toBeGreaterThan(9800);
  const path = store.clipPath(event.id) ?? '';
  expect(path).toMatch(/front-door\/\d{4}\/\d\d\/\d\d\/\d{6}-ring-[0-9A-Z]{26}\.mp4$/);
  expect(await decodeErrors(path)).toBe('');
  const probed = await probe(path);
  expect(probed.streams).toHaveLength(1);
  expect(probed.packets[0]?.flags).toContain('K');
  expect(readFileSync(store.snapshotPath(event.id) ?? '', 'utf8')).toBe('jpeg');
  const sidecar = JSON.parse(readFileSync(path.replace('.mp4', '.json'), 'utf8'));
  expect(sidecar).toMatchObject({ ...info, event, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
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
  const info = store.get(motion.id);
  expect(info?.eventIds).toEqual([motion.id, ring.id, end.id]);
  expect(store.snapshotPath(ring.id)).toBeDefined();
  expect(store.list({ limit: 10 })).toHaveLength(1);
});

test('a camera that reconnects during a visit goes on in a clip of its own', async () => {
  await camera.play(1);
  // The scripted camera reconnects every 30 s, and a clip ends there: three pieces, none lost between them.
  publish({ kind: 'motion', phase: 'start' });
  await camera.play(65);
  publish({ kind: 'motion', phase: 'end' });
  await camera.play(11);
  await waitForClips(3);
  const clips = store.list({ limit: 10 }).reverse();
  expect(clips.map(({ endedAt, startedAt }) => Math.round((endedAt - startedAt) / 1000))).toEqual([
    30, 30, 16,
  ]);
  for (const { id } of clips) expect(await decodeErrors(store.clipPath(id) ?? '')).toBe('');
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
  const [second, first] = store.list({ limit: 10 });
  expect(first?.id).toBe(id);
  expect(first?.endedAt).toBe(second?.startedAt);
  expect((first?.endedAt ?? 0) - (first?.startedAt ?? 0)).toBe(180_000);
  expect(second).toMatchObject({ id: end.media?.clip?.id, kind: 'motion', eventIds: [id, end.id] });
});

test('sound is in the clip where the owner wants it', async () => {
  await recorder[Symbol.asyncDispose]();
  recordAudio = true;
  recorder = start();
  await camera.play(6);
  const { id } = publish();
  await camera.play(11);
  await waitForClips(1);
  const { streams } = await probe(store.clipPath(id) ?? '');
  expect(streams.map(({ codec_type }) => codec_type)).toEqual(['video', 'audio']);
});

test('while the camera is offline the event stands, without media, and the log says so once', async () => {
  camera.disconnect();
  expect(publish().media).toBeUndefined();
  expect(publish().media).toBeUndefined();
  expect(lines).toEqual([
    '[Front door] The camera is offline: this event has a clip only if it comes back within seconds.',
  ]);
});

test('privacy mode that begins with a press ends its clip, and its plain picture is kept of no event', async () => {
  await camera.play(6);
  const { jpeg } = await camera.snapshot();
  const plain: Still = { jpeg, width: 160, height: 90, takenAt: clock.now(), source: 'privacy' };
  const asked = vi.spyOn(camera as Camera, 'snapshot').mockResolvedValue(plain);
  const ring = publish();
  await camera.play(1);
  camera.disconnect();
  camera.ring.close();
  await waitForClips(1);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(store.get(ring.id)).toMatchObject({ state: 'ready' });
  expect(store.get(ring.id)).not.toHaveProperty('snapshotId');
  expect(store.snapshotPath(ring.id)).toBeUndefined();
});

test('a camera that gives nothing leaves no file', async () => {
  camera.ring.push({ ...stream.init, generation: 99 });
  const { id } = publish();
  clock.advance(11_000);
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  expect(lines[0]).toContain('no picture came');
  expect(store.get(id)).toBeUndefined();
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
  expect(store.get(id)?.state).toBe('ready');
  expect(await decodeErrors(store.clipPath(id) ?? '')).toBe('');
  expect(existsSync(`${store.clipPath(id)}.part`)).toBe(false);
});

test('a folder that cannot be written is one sentence, a problem, and no end of the events', async () => {
  await camera.play(6);
  rmSync(root(), { recursive: true, force: true });
  writeFileSync(root(), 'a file where the folder should be');
  publish();
  await camera.play(11);
  publish();
  await camera.play(11);
  await vi.waitFor(async () =>
    expect((await store.storage()).problem).toMatchObject({ code: 'recordings-failed' }),
  );
  await recorder[Symbol.asyncDispose]();
  expect(lines.filter((line) => line.includes('could not be written'))).toHaveLength(1);
  expect(events.filter(({ kind }) => kind === 'doorbell')).toHaveLength(2);
});
