import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Stream } from '../../../test/support/recorded-media.ts';
import {
  joinPieces,
  makeSpoolStream,
  readMedia,
  SPOOL_CAMERA,
  type SpoolHouse,
  spoolHouse,
  spoolOpening,
  spoolRecording,
} from '../../../test/support/spool-house.ts';
import type { Recording } from '../recording.ts';
import type { Spool } from './contract.ts';
import { createSpool } from './spool.ts';
import { SPOOL_MARKER } from './spool-folders.ts';

let stream: Stream;
let house: SpoolHouse;
/** They hold files open until the end of the test, as nobody else does for a process that was killed. */
const crashed: Spool[] = [];
beforeAll(async () => {
  stream = await makeSpoolStream(7);
}, 60_000);
beforeEach(async () => {
  house = spoolHouse({ rolling: true });
  await house.spool.recover();
});
afterEach(async () => {
  for (const spool of crashed.splice(0)) await spool[Symbol.asyncDispose]();
  house[Symbol.dispose]();
});

const still = { jpeg: Buffer.from('jpeg'), width: 1, height: 1, takenAt: 0, source: 'ring' as const };
const gaps = () => house.index.gaps({ from: 0, to: Number.MAX_SAFE_INTEGER });
const other = () => join(house.root, 'other');
const codes = () => house.spool.problems.map(({ code }) => code);
const pieces = (recording: Recording) => joinPieces(house.spool.pieces(recording));

/** As a start with these settings does, after the hub was killed. */
async function restart(settings: { folder?: string; rolling?: string } = {}) {
  const { index, clock, log } = house;
  const folder = settings.folder ?? house.folder;
  crashed.push(house.spool);
  house.spool = createSpool({ ...{ folder, index, clock, log, segmentMs: 2000 }, ...settings });
  return house.spool.recover();
}

test('when the settings name another folder, what waits is taken from the former one', async () => {
  const recording = await spoolRecording(house, stream, spoolOpening('one'));
  await house.spool.saveSnapshot({ id: 'one', camera: SPOOL_CAMERA, kind: 'motion', at: 0 }, still);
  const before = await pieces(recording);
  expect(await restart({ folder: other() })).toEqual({ finished: [], removed: 0 });
  expect(codes()).toEqual([]);
  expect(await pieces(recording)).toEqual(before);
  expect(await readMedia(house.spool.open(recording))).toEqual(before);
  expect(existsSync(house.spool.snapshotPiece('one')?.path ?? '')).toBe(true);
  await spoolRecording(house, stream, spoolOpening('two'));
  expect(readdirSync(other()).sort()).toEqual([SPOOL_MARKER, 'two']);
  await house.spool.drop('one');
  await house.spool.dropSnapshot('one');
  house.index.deleting(['one']);
  house.index.remove('one');
  house.index.removeSnapshot('one');
  expect(readdirSync(house.folder).sort()).toEqual([SPOOL_MARKER, 'snapshots']);
  expect(house.index.spool()?.folders).toHaveLength(2);
  await restart({ folder: other() });
  expect(house.index.spool()?.folders.map(({ folder }) => folder)).toEqual([other()]);
});

test('what a crash cut short in a former folder is finished there', async () => {
  const writer = await house.spool.begin(spoolOpening('cut'), stream.init, { audio: false });
  for (const fragment of stream.fragments) await writer.write(fragment);
  const { finished } = await restart({ folder: other() });
  expect(finished.map(({ id, state }) => [id, state])).toEqual([['cut', 'closed']]);
  expect(house.index.segments('cut')).toHaveLength(4);
  expect(readdirSync(other())).toEqual([SPOOL_MARKER]);
});

test.each([
  ['empty, as a mount point without its disk', true],
  ['gone', false],
])(
  'a spool that is %s keeps every row, and the owner is told; what is new is recorded',
  async (_, isEmpty) => {
    const recording = await spoolRecording(house, stream, spoolOpening('one'));
    const writer = await house.spool.begin(spoolOpening('cut'), stream.init, { audio: false });
    for (const fragment of stream.fragments) await writer.write(fragment);
    await house.spool.saveSnapshot({ id: 'one', camera: SPOOL_CAMERA, kind: 'motion', at: 0 }, still);
    const before = await pieces(recording);
    const disk = join(house.root, 'disk');
    renameSync(house.folder, disk);
    if (isEmpty) mkdirSync(house.folder);
    for (let start = 0; start < 2; start++) {
      expect(await restart()).toEqual({ finished: [], removed: 0 });
      expect([...house.spool.away].sort()).toEqual(['cut', 'one']);
      expect(house.spool.problems).toMatchObject([
        { code: 'spool-elsewhere', what: expect.stringContaining(house.folder) },
      ]);
    }
    await expect(house.spool.mend('one')).rejects.toMatchObject({ problem: { code: 'spool-elsewhere' } });
    expect(['one', 'cut'].map((id) => house.index.get(id)?.state)).toEqual(['closed', 'open']);
    expect(house.index.getSnapshot('one')?.state).toBe('closed');
    expect(gaps()).toEqual([]);
    const fresh = await spoolRecording(house, stream, spoolOpening('two'));
    expect(await pieces(fresh)).toHaveLength(fresh.bytes);
    await house.spool.drop('two');
    house.index.deleting(['two']);
    house.index.remove('two');
    // The disk is mounted again.
    rmSync(house.folder, { recursive: true });
    renameSync(disk, house.folder);
    expect((await restart()).finished.map(({ id }) => id)).toEqual(['cut']);
    expect([codes(), house.spool.away.size, house.index.spool()?.folders.length]).toEqual([[], 0, 1]);
    expect(await pieces(recording)).toEqual(before);
  },
);

test('a disk that goes away while the hub runs is no proof of a loss', async () => {
  await spoolRecording(house, stream, spoolOpening('one'));
  renameSync(house.folder, join(house.root, 'disk'));
  mkdirSync(house.folder);
  await expect(house.spool.mend('one')).rejects.toMatchObject({ problem: { code: 'spool-elsewhere' } });
  expect(house.index.get('one')?.state).toBe('closed');
});

test('a former folder that is not there is told of until nothing waits in it', async () => {
  await spoolRecording(house, stream, spoolOpening('one'));
  renameSync(house.folder, join(house.root, 'disk'));
  await restart({ folder: other() });
  expect(codes()).toEqual(['spool-elsewhere']);
  // Its time is over.
  house.index.deleting(['one']);
  await house.spool.drop('one');
  house.index.remove('one');
  expect(codes()).toEqual([]);
  await restart({ folder: other() });
  expect(house.index.spool()?.folders).toHaveLength(1);
});

test('a spool that was moved with its marker is the same one', async () => {
  const recording = await spoolRecording(house, stream, spoolOpening('one'));
  renameSync(house.folder, other());
  expect(await restart({ folder: other() })).toEqual({ finished: [], removed: 0 });
  expect((await pieces(recording)).length).toBe(recording.bytes);
  expect([codes(), house.index.spool()?.folders.length]).toEqual([[], 1]);
});

test.each([
  ['none', undefined],
  ['another', 'memory-2'],
])(
  'where the settings name %s in place of the folder in memory, what lies there moves to the disk',
  async (_, name) => {
    const kind = 'continuous' as const;
    const recording = await spoolRecording(house, stream, spoolOpening('all', { kind }));
    const writer = await house.spool.begin(spoolOpening('cut', { kind }), stream.init, { audio: false });
    for (const fragment of stream.fragments) await writer.write(fragment);
    const before = await pieces(recording);
    const { finished } = await restart(name === undefined ? {} : { rolling: join(house.root, name) });
    expect(finished.map(({ id }) => id)).toEqual(['cut']);
    expect(house.index.segments('all').map(({ tier }) => tier)).toEqual(Array(4).fill('disk'));
    expect(house.index.segments('cut')).toHaveLength(4);
    expect(await pieces(recording)).toEqual(before);
    expect([readdirSync(house.rolling), gaps()]).toEqual([[], []]);
  },
);
