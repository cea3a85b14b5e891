import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { FolderPlace } from '../../../test/support/folder-place.ts';
import type { Stream } from '../../../test/support/recorded-media.ts';
import {
  joinPieces,
  makeSpoolStream,
  SPOOL_CAMERA,
  type SpoolHouse,
  spoolOpening,
  spoolRecording,
} from '../../../test/support/spool-house.ts';
import { type TargetHouse, targetHouse } from '../../../test/support/target-house.ts';
import type { TargetSession } from '../keeper/contract.ts';
import type { NewGap, Recording, StoredSnapshot } from '../recording.ts';
import {
  deleteRecording,
  deleteSnapshot,
  dropWaiting,
  forwardRecording,
  forwardSnapshot,
} from './forward-steps.ts';
import { SpoolDamage } from './spool-damage.ts';

let stream: Stream;
let house: SpoolHouse;
let place: FolderPlace;
let session: TargetSession;
let rooms: TargetHouse;
let recording: Recording;
let whole: Buffer;
const { signal } = new AbortController();

beforeAll(async () => {
  stream = await makeSpoolStream(6);
}, 60_000);
beforeEach(async () => {
  rooms = await targetHouse();
  ({ house, place, session } = rooms);
  await house.spool.recover();
  recording = await spoolRecording(house, stream, spoolOpening('one'));
  whole = await joinPieces(house.spool.pieces(recording));
});
afterEach(async () => {
  await rooms[Symbol.asyncDispose]();
});

const desk = () => ({ index: house.index, spool: house.spool, session, signal });
const inSpool = (name: string) => join(house.folder, 'one', name);
const atTarget = () => readFile(join(place.config.path, `${recording.base}.mp4`)).catch(() => undefined);
const row = () => house.index.get('one');

/** As it is after a power cut that came between the name at the target and the row. */
async function cutAfterPut(): Promise<void> {
  house.index.forwarding('one');
  await session.put(`${recording.base}.mp4`, house.spool.pieces(recording));
}

test('what is at the target whole is not copied again', async () => {
  await cutAfterPut();
  const put = vi.spyOn(session, 'put');
  await forwardRecording(recording, desk());
  expect(put).not.toHaveBeenCalled();
  expect(row()).toMatchObject({ state: 'stored', spooled: false, bytes: whole.length });
  expect(await session.stat(`${recording.base}.mp4`, { hash: true })).toMatchObject({
    sha256: row()?.sha256,
  });
});

test.each([
  ['forwarding', 'some', ['001.m4s']],
  ['forwarding', 'all', ['000.m4s', '001.m4s', '002.m4s', 'head.mp4', 'init.mp4']],
  ['closed', 'some', ['001.m4s']],
])('a whole file there stays, for a row that is %s and has lost %s of its pieces', async (state, _, lost) => {
  if (state === 'forwarding') await cutAfterPut();
  // As after a lost index, which knows nothing of what is there.
  else await session.put(`${recording.base}.mp4`, house.spool.pieces(recording));
  for (const name of lost) await rm(inSpool(name));
  await forwardRecording(recording, desk());
  expect(row()).toMatchObject({ state: 'stored', spooled: false });
  expect(await atTarget()).toEqual(whole);
});

test('a file there that has the size and other bytes is replaced', async () => {
  await cutAfterPut();
  const spoiled = Buffer.from(whole);
  spoiled.writeUInt8(spoiled.readUInt8(500) ^ 0xff, 500);
  await writeFile(join(place.config.path, `${recording.base}.mp4`), spoiled);
  await forwardRecording(recording, desk());
  expect(await atTarget()).toEqual(whole);
});

test('only what the target does not have whole is mended, and what is lost is told once', async () => {
  house.index.forwarding('one');
  await rm(inSpool('001.m4s'));
  await expect(forwardRecording(recording, desk())).rejects.toMatchObject({ fault: 'bad-piece' });
  const gaps: NewGap[] = [];
  const { index, spool, log } = house;
  const damage = new SpoolDamage({ index, spool, log, noteGap: (gap) => void gaps.push(gap) });
  expect(await damage.meet(row() as Recording, 'gone')).toBe('mended');
  expect(gaps).toMatchObject([{ reason: 'damaged', camera: { id: 'cam-1' } }]);
  expect(row()).toMatchObject({ state: 'closed' });
  await forwardRecording(row() as Recording, desk());
  expect(row()).toMatchObject({ state: 'stored', spooled: false });
  expect(damage.problem).toBeUndefined();
});

test('pieces that are well after all lose nothing', async () => {
  const { index, spool, log } = house;
  const noteGap = vi.fn();
  const damage = new SpoolDamage({ index, spool, log, noteGap });
  expect(await damage.meet(recording, 'it was moved meanwhile')).toBe('unread');
  expect([noteGap.mock.calls, row()]).toEqual([[], recording]);
});

test('what is given up goes from the target as well, whatever its row was', async () => {
  await session.put(`${recording.base}.mp4`, house.spool.pieces(recording));
  expect(row()?.state).toBe('closed');
  await dropWaiting(recording, house);
  expect(row()).toMatchObject({ state: 'deleting', spooled: false });
  await deleteRecording(row() as Recording, desk());
  expect([row(), await atTarget()]).toEqual([undefined, undefined]);
});

const save = (text: string) =>
  house.spool.saveSnapshot(
    { id: 'one', camera: SPOOL_CAMERA, kind: 'motion', at: 0 },
    { jpeg: Buffer.from(text), width: 1, height: 1, takenAt: 0, source: 'decoded' },
  );

/** Does it so many turns of the disk into what is done meanwhile. */
async function later<T>(turns: number, work: () => Promise<T>): Promise<T> {
  for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
  return work();
}

test('a better picture that comes while the one before is brought to the target is brought there, too', async () => {
  for (let turns = 0; turns < 24; turns++) {
    await save('first');
    const row = house.index.getSnapshot('one') as StoredSnapshot;
    const put = vi.spyOn(session, 'put').mockImplementationOnce(async (...args) => {
      const sealed = await session.put(...args);
      better = save(`better ${turns}`);
      await later(turns, async () => {});
      return sealed;
    });
    let better: Promise<void> | undefined;
    await forwardSnapshot(row, desk());
    await better;
    put.mockRestore();
    const now = house.index.getSnapshot('one') as StoredSnapshot;
    expect(now.state).toBe('closed');
    await forwardSnapshot(now, desk());
    expect(house.index.getSnapshot('one')?.state).toBe('stored');
    const there = await readFile(join(place.config.path, `${now.base}.jpg`), 'utf8');
    expect(there).toBe(`better ${turns}`);
    await deleteSnapshot(now, desk());
  }
});

test('a picture that is given up while a better one is written leaves nothing', async () => {
  for (let turns = 0; turns < 12; turns++) {
    await save('first');
    const row = house.index.getSnapshot('one') as StoredSnapshot;
    const better = save('better');
    await later(turns, async () => house.index.putSnapshot({ ...row, state: 'deleting' }));
    await house.spool.dropSnapshot('one');
    await better;
    expect(house.spool.snapshotPiece('one')).toBeUndefined();
    expect(await readdir(join(house.folder, 'snapshots'))).toEqual([]);
    house.index.removeSnapshot('one');
  }
});
