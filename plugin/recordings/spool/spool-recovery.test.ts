import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { decodeErrors, probe, type Stream } from '../../../test/support/recorded-media.ts';
import {
  joinPieces,
  makeSpoolStream,
  SPOOL_CAMERA,
  type SpoolHouse,
  spoolHouse,
  spoolOpening,
  spoolRecording,
} from '../../../test/support/spool-house.ts';
import type { Recording } from '../recording.ts';
import { SPOOL_MARKER } from './spool-folders.ts';

let stream: Stream;
let house: SpoolHouse;
beforeAll(async () => {
  stream = await makeSpoolStream(7);
}, 60_000);
beforeEach(() => {
  house = spoolHouse();
});
afterEach(() => house[Symbol.dispose]());

const path = (id: string, name: string) => join(house.folder, id, name);

/** Leaves a recording as a crash does. */
async function cutShort(id: string, seconds = 7): Promise<void> {
  const writer = await house.spool.begin(spoolOpening(id), stream.init, { audio: false });
  for (const fragment of stream.fragments.filter(({ time }) => time < seconds)) await writer.write(fragment);
  await house.spool[Symbol.asyncDispose]();
}

async function lengthOf(recording: Recording | undefined): Promise<number> {
  const file = await joinPieces(recording ? house.spool.pieces(recording) : []);
  expect(file.length).toBe(recording?.bytes);
  expect(await decodeErrors(file)).toBe('');
  const { packets, duration } = await probe(file);
  expect(packets.length / 15).toBeCloseTo(duration, 1);
  return duration;
}

const gaps = () => house.index.gaps({ from: 0, to: Number.MAX_SAFE_INTEGER });

test.each([
  ['and its index is there', false],
  ['and its index is lost as well', true],
])('a recording that was cut short is finished, %s', async (_, loseIndex) => {
  await cutShort('cut', 6.7);
  house.restart({ loseIndex });
  const { finished, removed } = await house.spool.recover();
  expect([finished.map(({ id }) => id), removed]).toEqual([['cut'], 0]);
  const recording = house.index.get('cut');
  expect(recording).toMatchObject({
    state: 'closed',
    spooled: true,
    eventIds: ['cut'],
    camera: SPOOL_CAMERA,
  });
  expect(await lengthOf(recording)).toBeGreaterThan(6.1);
  expect(house.index.segments('cut')).toHaveLength(4);
  expect(gaps()).toEqual([]);
  expect((await house.spool.sidecar('cut'))?.state).toBe('ready');
  house.restart();
  expect(await house.spool.recover()).toEqual({ finished: [], removed: 0 });
});

test('what a crash tore is cut off at the last whole fragment, wherever it was torn', async () => {
  await cutShort('torn', 3.2);
  const whole = readFileSync(path('torn', '001.m4s'));
  const second = whole.indexOf('moof', 8) - 4;
  // A power cut can leave zeros where data should be.
  const remains = [3, 700, second - 1].map((cut) => whole.subarray(0, cut));
  for (const torn of [...remains, Buffer.alloc(9000)]) {
    appendFileSync(path('torn', '001.m4s'), torn);
    house.restart();
    house.index.reopen('torn');
    await house.spool.recover();
    const recording = house.index.get('torn');
    const file = await joinPieces(recording ? house.spool.pieces(recording) : []);
    expect((await probe(file)).packets).toHaveLength(45);
    expect(readFileSync(path('torn', '001.m4s'))).toHaveLength(whole.length);
  }
});

test('a recording without a picture leaves nothing behind', async () => {
  await cutShort('empty', 0.1);
  await cutShort('no-folder', 0.1);
  rmSync(join(house.folder, 'no-folder'), { recursive: true });
  house.restart();
  expect(await house.spool.recover()).toEqual({ finished: [], removed: 2 });
  expect(house.index.get('empty')).toBeUndefined();
  expect(house.index.get('no-folder')).toBeUndefined();
  expect(readdirSync(house.folder)).toEqual([SPOOL_MARKER]);
});

test('closed recordings and pictures whose index was lost come back as they were', async () => {
  const still = { jpeg: Buffer.from('jpeg'), width: 1, height: 1, takenAt: 0, source: 'ring' as const };
  await house.spool.saveSnapshot(
    { id: 'one', camera: SPOOL_CAMERA, kind: 'motion', at: 1_790_000_000_000 },
    still,
  );
  const recording = await spoolRecording(house, stream, spoolOpening('one'));
  const segments = house.index.segments('one');
  const snapshot = house.index.getSnapshot('one');
  house.restart({ loseIndex: true });
  expect(await house.spool.recover()).toEqual({ finished: [], removed: 0 });
  expect(house.index.get('one')).toEqual(recording);
  expect(house.index.segments('one')).toEqual(segments);
  expect(house.index.getSnapshot('one')).toEqual(snapshot);
  expect(await lengthOf(house.index.get('one'))).toBeCloseTo(7, 1);
});

test.each([
  ['in the middle', ['001.m4s'], 5, [[2000, 4000]]],
  ['at the beginning', ['000.m4s'], 5, [[0, 2000]]],
  ['at the end', ['002.m4s', '003.m4s'], 4, [[4000, 7000]]],
  ['of the index', ['head.mp4'], 7, []],
])(
  'where parts of a closed recording are missing %s the rest stays, and a gap is noted',
  async (_, names, pictures, lost) => {
    const { startedAt } = await spoolRecording(house, stream, spoolOpening('holed'));
    for (const name of names) rmSync(path('holed', name));
    house.restart();
    await house.spool.recover();
    const recording = house.index.get('holed');
    expect(recording?.state).toBe('closed');
    const file = await joinPieces(recording ? house.spool.pieces(recording) : []);
    expect(await decodeErrors(file)).toBe('');
    expect((await probe(file)).packets).toHaveLength(pictures * 15);
    expect(gaps().map(({ from, to, reason }) => [from - startedAt, to - startedAt, reason])).toEqual(
      lost.map((each) => [...each, 'damaged']),
    );
  },
);

test('a recording of which nothing is left becomes a gap', async () => {
  await spoolRecording(house, stream, spoolOpening('gone'));
  rmSync(join(house.folder, 'gone'), { recursive: true });
  house.restart();
  expect(await house.spool.recover()).toEqual({ finished: [], removed: 1 });
  expect(house.index.get('gone')).toBeUndefined();
  expect(gaps()).toHaveLength(1);
});

test('a piece that rotted is mended: the fragments that can be read stay', async () => {
  const { startedAt } = await spoolRecording(house, stream, spoolOpening('rotten'));
  const data = readFileSync(path('rotten', '001.m4s'));
  // The second half: the third of its four fragments, and what follows, is no box any more.
  const third = data.indexOf('moof', data.indexOf('moof', data.indexOf('moof') + 4) + 4) - 4;
  writeFileSync(path('rotten', '001.m4s'), data.fill(0xff, third));
  const mended = await house.spool.mend('rotten');
  expect(gaps().map(({ from, to }) => [from - startedAt, to - startedAt])).toEqual([[3000, 4000]]);
  const file = await joinPieces(mended ? house.spool.pieces(mended) : []);
  expect((await probe(file)).packets).toHaveLength(90);
});

test('leftovers of what is at the target go, and what nobody understands is set aside', async () => {
  const { bytes } = await spoolRecording(house, stream, spoolOpening('stored'));
  house.index.forwarding('stored');
  house.index.stored('stored', { bytes, sha256: '0'.repeat(64) });
  house.index.unspooled('stored');
  mkdirSync(join(house.folder, '.dropped-half'));
  mkdirSync(join(house.folder, 'strange'));
  writeFileSync(path('strange', '000.m4s'), 'something');
  mkdirSync(join(house.folder, 'holidays'));
  house.restart();
  expect(await house.spool.recover()).toEqual({ finished: [], removed: 2 });
  expect(readdirSync(house.folder).sort()).toEqual([SPOOL_MARKER, 'holidays', 'unreadable']);
  const aside = readdirSync(join(house.folder, 'unreadable'));
  expect(aside).toEqual([expect.stringMatching(/-strange$/)]);
  expect(house.lines.join('\n')).toContain('strange');
});

test('one bad folder does not keep the others from being finished', async () => {
  await cutShort('good');
  await cutShort('bad');
  rmSync(path('bad', '000.m4s'));
  mkdirSync(path('bad', '000.m4s'));
  house.restart();
  const { finished } = await house.spool.recover();
  expect(finished.map(({ id }) => id)).toEqual(['good']);
  expect(existsSync(join(house.folder, 'bad'))).toBe(true);
  expect(house.lines.join('\n')).toContain(join(house.folder, 'bad'));
});

test('a spool that is not there decides nothing', async () => {
  await house.spool.recover();
  await cutShort('away');
  rmSync(house.folder, { recursive: true });
  house.restart();
  expect(await house.spool.recover()).toEqual({ finished: [], removed: 0 });
  expect(house.index.get('away')?.state).toBe('open');
});

test('pictures: what the target has goes, what was never whole goes, what is missing has no row', async () => {
  const still = { jpeg: Buffer.from('jpeg'), width: 1, height: 1, takenAt: 0, source: 'ring' as const };
  const save = (id: string) =>
    house.spool.saveSnapshot({ id, camera: SPOOL_CAMERA, kind: 'motion', at: 1_790_000_000_000 }, still);
  for (const id of ['waits', 'stored', 'missing']) await save(id);
  const stored = house.index.getSnapshot('stored');
  if (stored) house.index.putSnapshot({ ...stored, state: 'stored' });
  rmSync(path('snapshots', 'missing.jpg'));
  writeFileSync(path('snapshots', 'torn.jpg.part'), 'jp');
  writeFileSync(path('snapshots', 'stranger.jpg'), 'jpeg');
  house.restart();
  await house.spool.recover();
  expect(readdirSync(join(house.folder, 'snapshots')).sort()).toEqual([
    ...['stranger.jpg', 'waits.jpg', 'waits.json'],
  ]);
  expect(house.index.snapshotsToForward(10).map(({ id }) => id)).toEqual(['waits']);
});

test('what is on its way stays as it is, whatever is left of it here: the target may have it whole', async () => {
  for (const id of ['holed', 'gone']) {
    await spoolRecording(house, stream, spoolOpening(id));
    house.index.forwarding(id);
  }
  rmSync(path('holed', '001.m4s'));
  rmSync(join(house.folder, 'gone'), { recursive: true });
  house.restart();
  expect(await house.spool.recover()).toEqual({ finished: [], removed: 0 });
  await house.spool.settle(true);
  expect(['holed', 'gone'].map((id) => house.index.get(id)?.state)).toEqual(['forwarding', 'forwarding']);
  expect(house.index.segments('holed')).toHaveLength(4);
  expect(gaps()).toEqual([]);
  // The target was asked, and does not have it.
  expect((await house.spool.mend('holed'))?.state).toBe('closed');
  expect(await house.spool.mend('gone')).toBeUndefined();
  expect(house.index.get('gone')).toBeUndefined();
});
