import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { makeStream, type Stream } from '../../test/support/recorded-media.ts';
import { openTestRecordings, type TestRecordings } from '../../test/support/recording-store.ts';
import { ScriptedCamera } from '../../test/support/scripted-camera.ts';
import { EventBus } from '../events/bus.ts';
import { type Journal, openJournal } from '../events/journal.ts';
import { startRecorders } from './recorders.ts';
import type { RecordingMode } from './recording-mode.ts';

const REF = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
const silent = () => {};
const log = { debug: silent, info: silent, warn: silent, error: silent };

let stream: Stream;
let folder: string;
let clock: ManualClock;
let store: TestRecordings;
let journal: Journal;

beforeAll(async () => {
  stream = await makeStream({
    input: ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=10'],
    seconds: 20,
    video: ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '10', '-bf', '0', '-pix_fmt', 'yuv420p'],
  });
}, 60_000);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recorders-'));
  clock = new ManualClock();
  store = openTestRecordings(folder, clock, log);
  journal = openJournal({ path: join(folder, 'journal.sqlite'), clock, log });
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  journal[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** A press after 6 s, and 12 s more; what was recorded of it. */
async function visit(mode: RecordingMode): Promise<{ event: DoorstepEvent; kinds: string[] }> {
  const bus = new EventBus({ journal, clock, log });
  await using camera = new ScriptedCamera(REF, stream, clock);
  const recorders = startRecorders({ cameras: [{ camera, mode, audio: false }], bus, store, clock, log });
  await camera.play(6);
  const event = bus.publish({ kind: 'doorbell', phase: 'ring', camera: REF, at: clock.now() });
  await camera.play(12);
  await recorders[Symbol.asyncDispose]();
  const kinds = store.closed().map(({ kind }) => kind);
  return { event, kinds: kinds.toSorted() };
}

test.each<[RecordingMode, string[], string[]]>([
  ['events', ['doorbell'], ['clip', 'snapshot']],
  ['continuous', ['continuous'], ['snapshot']],
  ['both', ['continuous', 'doorbell'], ['clip', 'snapshot']],
  ['off', [], []],
])('%s: %j is recorded, and an event has %j', async (mode, recorded, media) => {
  const { event, kinds } = await visit(mode);
  // Five minutes of a clock on the wall may end meanwhile.
  expect([...new Set(kinds)]).toEqual(recorded);
  expect(Object.keys(event.media ?? {}).toSorted()).toEqual(media);
  expect(store.spool.openSnapshot(event.id) !== undefined).toBe(media.includes('snapshot'));
  expect(store.gaps).toEqual([]);
});
