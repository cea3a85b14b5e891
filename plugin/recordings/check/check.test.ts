import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FolderPlace } from '../../../test/support/folder-place.ts';
import type { Stream } from '../../../test/support/recorded-media.ts';
import {
  makeSpoolStream,
  type SpoolHouse,
  spoolOpening,
  spoolRecording,
} from '../../../test/support/spool-house.ts';
import { type TargetHouse, targetHouse } from '../../../test/support/target-house.ts';
import { forwardRecording, forwardSnapshot, rewriteSidecar, writeDay } from '../forward/forward-steps.ts';
import type { TargetSession } from '../keeper/contract.ts';
import { recordingBase } from '../layout.ts';
import { check } from './check.ts';
import { rebuild } from './rebuild.ts';

let stream: Stream;
let house: SpoolHouse;
let place: FolderPlace;
let session: TargetSession;
let rooms: TargetHouse;
const { signal } = new AbortController();

beforeAll(async () => {
  stream = await makeSpoolStream(3);
}, 60_000);
beforeEach(async () => {
  rooms = await targetHouse();
  ({ house, place, session } = rooms);
  const { facts } = rooms;
  house.index.setTarget({ ...facts, kind: 'folder', where: place.config.path, since: 1 } as never);
});
afterEach(async () => {
  await rooms[Symbol.asyncDispose]();
});

const look = (options: { repair?: boolean; hashes?: boolean; away?: boolean } = {}) => {
  const { repair = false, hashes = true, away = false } = options;
  const { index, spool } = house;
  return check({ index, spool, ...(!away && { session }), hashes, repair, signal });
};
const numbers = async (options?: Parameters<typeof look>[0]) =>
  (await look(options)).findings.map(({ invariant }) => invariant);
const desk = () => ({ index: house.index, spool: house.spool, session, signal });
const inSpool = (id: string, name = '') => join(house.folder, id, name);
const atTarget = (id: string, ending: string) =>
  join(place.config.path, `${house.index.get(id)?.base}.${ending}`);

async function store(id: string): Promise<void> {
  await forwardRecording(await spoolRecording(house, stream, spoolOpening(id)), desk());
  await settle();
}

/** What is stale at the target is written again. */
async function settle(): Promise<void> {
  for (const each of house.index.staleSidecars(9)) await rewriteSidecar(each, desk());
  for (const day of house.index.staleDays(9)) await writeDay(day, desk());
}

async function snapshot(id: string): Promise<void> {
  const { camera, at } = spoolOpening(id);
  const still = {
    jpeg: Buffer.from([0xff, 0xd8, 1, 2, 3, 0xff, 0xd9]),
    takenAt: at,
    width: 1,
    height: 1,
    source: 'ring' as const,
  };
  await house.spool.saveSnapshot({ id, camera, kind: 'motion', at }, still);
}

async function spoil(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 0xff, bytes.length - 1);
  await writeFile(path, bytes);
}

test('where all is well nothing is found', async () => {
  await store('one');
  await spoolRecording(house, stream, spoolOpening('two'));
  await snapshot('two');
  await snapshot('one');
  for (const each of house.index.snapshotsToForward(1)) await forwardSnapshot(each, desk());
  const report = await look();
  expect(report).toMatchObject({ findings: [], unproven: [] });
  expect(report.totals).toMatchObject({ recordings: 2, snapshots: 2, gaps: 0, footageMs: 6000 });
  expect((await look({ away: true })).unproven).toEqual([9, 10, 11, 12, 13]);
});

interface Fault {
  invariant: number;
  harm: () => Promise<unknown>;
  /** Whether only reading all bytes shows it. */
  hidden?: true;
  /** What is left after the repair. */
  after?: number[];
  proof?: () => unknown;
}

const FAULTS: Record<string, Fault> = {
  'a folder in the spool that no row knows': {
    invariant: 2,
    async harm() {
      await cp(inSpool('two'), `${house.folder}-copy`, { recursive: true });
      house.index.deleting(['two']);
      house.index.remove('two');
    },
    proof: () => expect(house.index.get('two')?.state).toBe('closed'),
  },
  'a folder in the spool that has left it by its row': {
    invariant: 2,
    harm: () => mkdir(inSpool('one')),
  },
  'a picture in the spool that no row knows': {
    invariant: 2,
    harm: async () => house.index.removeSnapshot('two'),
    proof: () => expect(house.index.getSnapshot('two')?.state).toBe('closed'),
  },
  'a picture in the spool that has left it by its row': {
    invariant: 2,
    harm: () => cp(atTarget('one', 'jpg'), join(house.folder, 'snapshots', 'one.jpg')),
  },
  'a segment in the spool that no row knows': {
    invariant: 2,
    harm: () => cp(inSpool('two', '001.m4s'), inSpool('two', '002.m4s')),
    proof: () => expect(house.index.get('two')?.state).toBe('closed'),
  },
  'what was being removed': {
    invariant: 2,
    harm: () => mkdir(join(house.folder, '.dropped-x')),
    after: [2],
  },
  'what was set aside': {
    invariant: 2,
    harm: () => mkdir(join(house.folder, 'unreadable', '5-x'), { recursive: true }),
    after: [2],
  },
  'an open recording without any file': {
    invariant: 3,
    async harm() {
      house.index.open(spoolOpening('three'), recordingBase('front-door', 'motion', 'three', 5));
    },
    proof: () => expect(house.index.get('three')).toBeUndefined(),
  },
  'a segment in the spool that is missing': {
    invariant: 3,
    harm: () => rm(inSpool('two', '001.m4s')),
    proof: () => {
      expect(house.index.get('two')?.state).toBe('closed');
      expect(house.index.gaps({ from: 0, to: 9e15 })).toMatchObject([{ reason: 'damaged' }]);
    },
  },
  'a segment in the spool with another byte': {
    invariant: 3,
    hidden: true,
    harm: () => spoil(inSpool('two', '001.m4s')),
  },
  'a recording that is gone from the target': {
    invariant: 10,
    harm: () => rm(atTarget('one', 'mp4')),
    proof: () => {
      expect(house.index.get('one')).toBeUndefined();
      expect(house.index.gaps({ from: 0, to: 9e15 })).toMatchObject([{ reason: 'damaged' }]);
    },
  },
  'a recording at the target that is cut short': {
    invariant: 10,
    harm: () => writeFile(atTarget('one', 'mp4'), 'short'),
    after: [10],
    proof: () => expect(house.index.get('one')?.state).toBe('stored'),
  },
  'a recording at the target with another byte': {
    invariant: 10,
    hidden: true,
    harm: () => spoil(atTarget('one', 'mp4')),
    after: [10],
  },
  'a sidecar that is missing': { invariant: 11, harm: () => rm(atTarget('one', 'json')) },
  'a sidecar that says something else': {
    invariant: 11,
    hidden: true,
    async harm() {
      const text = await readFile(atTarget('one', 'json'), 'utf8');
      await writeFile(atTarget('one', 'json'), text.replace('"startedAt": 1', '"startedAt": 2'));
    },
  },
  'a day without its index': {
    invariant: 11,
    harm: () => rm(join(atTarget('one', 'mp4'), '..', 'index.jsonl')),
  },
  'a file at the target that no row knows': {
    invariant: 12,
    async harm() {
      house.index.deleting(['one']);
      house.index.remove('one');
    },
    proof: () => expect(house.index.get('one')).toMatchObject({ state: 'stored', spooled: false }),
  },
  'a copy that was cut short': {
    invariant: 12,
    harm: () => writeFile(`${atTarget('one', 'mp4')}.part`, 'half'),
  },
  'a picture that is gone from the spool': {
    invariant: 13,
    harm: () => rm(join(house.folder, 'snapshots', 'two.jpg')),
  },
  'a picture that is gone from the target': { invariant: 13, harm: () => rm(atTarget('one', 'jpg')) },
};

describe('finds and mends', () => {
  test.each(Object.entries(FAULTS))('%s', async (_, { invariant, harm, hidden, after = [], proof }) => {
    await store('one');
    await snapshot('one');
    for (const each of house.index.snapshotsToForward(1)) await forwardSnapshot(each, desk());
    await spoolRecording(house, stream, spoolOpening('two'));
    await snapshot('two');
    await settle();
    await harm();
    const found = await numbers();
    expect(found).toEqual([invariant]);
    expect(await numbers({ hashes: false })).toEqual(hidden ? [] : [invariant]);
    expect((await look({ repair: true })).findings).toMatchObject([
      { invariant, repaired: after.length === 0 },
    ]);
    expect(await numbers()).toEqual(after);
    proof?.();
  });
});

test('what is stored and still in the spool goes to the target again', async () => {
  await store('one');
  const recording = await spoolRecording(house, stream, spoolOpening('two'));
  house.index.forwarding('two');
  const file = await session.put(`${recording.base}.mp4`, house.spool.pieces(recording));
  house.index.stored('two', file);
  await spoil(atTarget('two', 'mp4'));
  expect((await look({ repair: true })).findings).toContainEqual(
    expect.objectContaining({ invariant: 10, repaired: true }),
  );
  expect(house.index.get('two')?.state).toBe('closed');
});

test('what a crash left half-way is nothing wrong', async () => {
  await store('one');
  await snapshot('one');
  for (const each of house.index.snapshotsToForward(1)) await forwardSnapshot(each, desk());
  await settle();
  const two = await spoolRecording(house, stream, spoolOpening('two'));
  house.index.forwarding('two');
  const file = await session.put(`${two.base}.mp4`, house.spool.pieces(two));
  expect(await numbers()).toEqual([]);
  house.index.stored('two', file);
  await session.putText(`${two.base}.json`, await readFile(inSpool('two', 'sidecar.json'), 'utf8'));
  await house.spool.drop('two');
  expect(await numbers({ hashes: false })).toEqual([]);
  await rm(atTarget('one', 'mp4'));
  await rm(atTarget('one', 'jpg'));
  house.index.deleting(['one']);
  expect(await numbers({ hashes: false })).toEqual([]);
});

test('without the target no row goes', async () => {
  const recording = await spoolRecording(house, stream, spoolOpening('two'));
  await rm(inSpool('two'), { recursive: true });
  const { findings } = await look({ repair: true, away: true });
  expect(findings).toMatchObject([{ invariant: 3, repairable: false, repaired: false }]);
  expect(house.index.get('two')).toEqual(recording);
});

describe('a lost index', () => {
  test('is made again from spool and target', async () => {
    await store('one');
    await snapshot('one');
    for (const each of house.index.snapshotsToForward(1)) await forwardSnapshot(each, desk());
    const two = await spoolRecording(house, stream, spoolOpening('two'));
    const before = { one: house.index.get('one'), segments: house.index.segments('one') };
    const target = house.index.target();
    house.restart({ loseIndex: true });
    if (target) house.index.setTarget(target);
    await house.spool.recover();
    const found: number[] = [];
    const { index, log } = house;
    const onFound = (number: number) => void found.push(number);
    expect(await rebuild({ index, session, log, signal, onFound })).toEqual({ recordings: 1, unknown: [] });
    expect(found).toEqual([1]);
    expect({ one: index.get('one'), segments: index.segments('one') }).toEqual(before);
    expect(index.get('two')).toEqual(two);
    expect(index.getSnapshot('one')).toMatchObject({ state: 'stored', bytes: 7, at: spoolOpening('one').at });
    expect(await numbers()).toEqual([]);
    expect(await rebuild({ index, session, log, signal })).toEqual({ recordings: 0, unknown: [] });
  });

  test.each([
    ['without the index of the day', async (day: string) => rm(join(day, 'index.jsonl')), 1],
    [
      'with an index of the day that is wrong',
      (day: string) => writeFile(join(day, 'index.jsonl'), '{"a":1}\n{'),
      1,
    ],
    ['where the file is not what the sidecar says', () => writeFile(atTarget('one', 'mp4'), 'short'), 0],
  ])('%s', async (_, harm, recordings) => {
    await store('one');
    await harm(join(atTarget('one', 'mp4'), '..'));
    const base = house.index.get('one')?.base;
    house.restart({ loseIndex: true });
    const { index, log } = house;
    const unknown = recordings === 0 ? [base] : [];
    expect(await rebuild({ index, session, log, signal })).toEqual({ recordings, unknown });
  });

  test('of before there were segments', async () => {
    await store('one');
    const { base, bytes = 0 } = house.index.get('one') ?? {};
    const old = {
      ...{ schema: 1, id: 'one', camera: spoolOpening('one').camera, kind: 'motion', eventIds: ['one'] },
      ...{ startedAt: 5, endedAt: 9, bytes, state: 'ready' },
    };
    await writeFile(atTarget('one', 'json'), JSON.stringify(old));
    await rename(join(atTarget('one', 'mp4'), '..', 'index.jsonl'), join(house.root, 'x'));
    house.restart({ loseIndex: true });
    const { index, log } = house;
    await rebuild({ index, session, log, signal });
    expect(index.get('one')).toMatchObject({ state: 'stored', base, bytes });
  });
});
