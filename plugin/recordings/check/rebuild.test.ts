import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FolderPlace } from '../../../test/support/folder-place.ts';
import { baseOf, DAY, DOOR, HASH } from '../../../test/support/index-house.ts';
import type { Stream } from '../../../test/support/recorded-media.ts';
import {
  makeSpoolStream,
  type SpoolHouse,
  spoolOpening,
  spoolRecording,
} from '../../../test/support/spool-house.ts';
import { type TargetHouse, targetHouse } from '../../../test/support/target-house.ts';
import { dayIndexText } from '../day-index.ts';
import { forwardRecording, writeDay } from '../forward/forward-steps.ts';
import { TargetError, type TargetFault, type TargetSession } from '../keeper/contract.ts';
import { parseBase } from '../layout.ts';
import type { Sidecar } from '../sidecar.ts';
import { check } from './check.ts';
import { rebuild } from './rebuild.ts';

let stream: Stream;
let house: SpoolHouse;
let place: FolderPlace;
let session: TargetSession;
let rooms: TargetHouse;
const { signal } = new AbortController();

beforeAll(async () => {
  stream = await makeSpoolStream(2);
}, 60_000);
beforeEach(async () => {
  rooms = await targetHouse();
  ({ house, place, session } = rooms);
});
afterEach(async () => {
  await rooms[Symbol.asyncDispose]();
});

const atTarget = (base: string | undefined, ending: string) => join(place.config.path, `${base}.${ending}`);
const again = (at: Partial<Parameters<typeof rebuild>[0]> = {}) => {
  const { index, log } = house;
  return rebuild({ index, session, log, signal, ...at });
};

/** Resolves to its place. */
async function store(id: string, camera = spoolOpening(id).camera): Promise<string> {
  const { index, spool } = house;
  const desk = { index, spool, session, signal };
  const recording = await spoolRecording(house, stream, spoolOpening(id, { camera }));
  await forwardRecording(recording, desk);
  for (const day of index.staleDays(9)) await writeDay(day, desk);
  return recording.base;
}

/** What reads one of these paths gets that fault. */
function failing(faults: Record<string, TargetFault>): TargetSession {
  const refuse = (path: string) => {
    const [, fault] = Object.entries(faults).find(([part]) => path.includes(part)) ?? [];
    if (fault) throw new TargetError(fault, `${path} cannot be read.`);
  };
  return new Proxy(session, {
    get(target, name: keyof TargetSession) {
      const value = target[name];
      if (typeof value !== 'function') return value;
      if (name !== 'readText' && name !== 'stat' && name !== 'list') return value.bind(target);
      return async (path: string, ...rest: never[]) => {
        refuse(path);
        return (value as (...args: unknown[]) => unknown).call(target, path, ...rest);
      };
    },
  });
}

describe('a sidecar with something in it that no row can hold', () => {
  test.each([
    ['keep', '"forever"'],
    ['sha256', '"none"'],
    ['snapshotId', '{"id":7}'],
    ['startedAt', '9e15'],
  ])('%s: %s', async (key, value) => {
    const bad = await store('bad');
    await store('good');
    const text = await readFile(atTarget(bad, 'json'), 'utf8');
    const { [key]: _, ...rest } = JSON.parse(text) as Record<string, unknown>;
    await writeFile(atTarget(bad, 'json'), JSON.stringify(rest).replace('{', `{"${key}":${value},`));
    await rm(join(dirname(atTarget(bad, 'json')), 'index.jsonl'));
    house.restart({ loseIndex: true });
    expect(await again()).toEqual({ recordings: 1, unknown: [bad] });
    expect(house.index.get('good')?.state).toBe('stored');
  });
});

describe('a file at the target that cannot be read just now', () => {
  test('is no file without anything known of it: the others are taken in, and it is when it can be read', async () => {
    const one = await store('one');
    await store('two');
    await rm(join(dirname(atTarget(one, 'json')), 'index.jsonl'));
    await writeFile(atTarget(one, 'jpg'), 'picture');
    house.restart({ loseIndex: true });
    const held = again({ session: failing({ '-one.json': 'failed', '-one.jpg': 'corrupt' }) });
    await expect(held).rejects.toMatchObject({
      fault: 'failed',
      message: expect.stringContaining('-one.json'),
    });
    expect([house.index.get('one'), house.index.get('two')?.state]).toEqual([undefined, 'stored']);
    const picture = again({ session: failing({ '-one.jpg': 'corrupt' }) });
    await expect(picture).rejects.toMatchObject({ fault: 'corrupt' });
    expect(house.index.getSnapshot('one')).toBeUndefined();
    expect(await again()).toEqual({ recordings: 0, unknown: [] });
    expect([house.index.get('one')?.state, house.index.getSnapshot('one')?.state]).toEqual([
      'stored',
      'stored',
    ]);
  });

  test('an index of a day that cannot be read has nothing that the sidecars do not have', async () => {
    await store('one');
    house.restart({ loseIndex: true });
    expect(await again({ session: failing({ 'index.jsonl': 'failed' }) })).toMatchObject({ recordings: 1 });
  });

  test('does not lose its row in a repair', async () => {
    const base = await store('one');
    await rm(atTarget(base, 'mp4'));
    const { index, spool } = house;
    const options = { index, spool, hashes: false, repair: true, signal };
    const { findings } = await check({ ...options, session: failing({ '.mp4': 'failed' }) });
    expect(findings).toContainEqual(
      expect.objectContaining({
        invariant: 10,
        repaired: false,
        what: expect.stringContaining('cannot be read'),
      }),
    );
    expect(index.get('one')?.state).toBe('stored');
  });

  test('is said to be that where all bytes are read', async () => {
    await store('one');
    const { index, spool } = house;
    const away = failing({ '-one': 'failed', 'index.jsonl': 'failed' });
    const report = await check({ index, spool, session: away, hashes: true, repair: false, signal });
    expect(report.findings.map(({ invariant, what }) => [invariant, what.split('.')[0]])).toEqual(
      expect.arrayContaining([
        [10, 'It cannot be read'],
        [11, 'It cannot be read'],
      ]),
    );
    expect(index.get('one')?.state).toBe('stored');
  });
});

describe('pictures', () => {
  test('of a camera that has another name now are those of the folder', async () => {
    const { camera } = spoolOpening('x');
    const base = await store('old');
    await store('new', { ...camera, name: 'Gate', slug: 'gate' });
    await writeFile(atTarget(base, 'jpg'), 'picture');
    expect(await again()).toEqual({ recordings: 0, unknown: [] });
    expect(house.index.getSnapshot('old')).toMatchObject({ camera: { id: camera.id, slug: 'gate' }, base });
  });

  test('of a camera without any recording are known by the settings', async () => {
    const yard = { id: 'cam-9', name: 'Yard', slug: 'yard' };
    const { path } = place.config;
    const base = (await store('old')).replace(/^[^/]+/, 'yard');
    await session.putText(`${base}.jpg`, 'picture');
    await rm(join(path, 'front-door'), { recursive: true });
    house.restart({ loseIndex: true });
    expect(await again()).toEqual({ recordings: 0, unknown: [base] });
    expect(await again({ cameras: [yard] })).toEqual({ recordings: 0, unknown: [] });
    expect(house.index.getSnapshot('old')).toMatchObject({ camera: yard, base });
  });
});

test('everything else goes on while a long day is taken in', async () => {
  const half = { bytes: 1, sha256: HASH };
  const days = Array.from({ length: 500 }, (_, n): Sidecar => {
    const [id, at] = [`R${n}`, DAY + n * 1000];
    return {
      ...{
        schema: 2,
        id,
        camera: DOOR,
        kind: 'continuous',
        base: baseOf(id, 'continuous', at),
        eventIds: [],
      },
      ...{ startedAt: at, endedAt: at + 1000, bytes: 3, state: 'ready', wrap: { head: half, tail: half } },
      segments: [{ startedAt: at, endedAt: at + 1000, ...half }],
    };
  });
  const folders = new Map<string, string[]>();
  for (const { base } of days) {
    const day = parseBase(base)?.day ?? '';
    folders.set(day, [...(folders.get(day) ?? []), `${base.slice(day.length + 1)}.mp4`]);
  }
  const told: TargetSession = {
    facts: session.facts,
    list: (folder: string) => {
      const files = (folders.get(folder) ?? []).map((name) => ({ name, folder: false, bytes: 3 }));
      if (files.length > 0)
        return Promise.resolve([...files, { name: 'index.jsonl', folder: false, bytes: 9 }]);
      const below = [...folders.keys()].filter((day) => folder === '' || day.startsWith(`${folder}/`));
      const depth = folder === '' ? 0 : folder.split('/').length;
      const names = new Set(below.map((day) => day.split('/')[depth] ?? ''));
      return Promise.resolve([...names].map((name) => ({ name, folder: true, bytes: 0 })));
    },
    readText: (path: string) =>
      Promise.resolve(dayIndexText(days.filter(({ base }) => path.startsWith(parseBase(base)?.day ?? '-')))),
  } as Partial<TargetSession> as TargetSession;
  let turns = 0;
  let ended = false;
  const count = () => {
    turns += 1;
    if (!ended) setImmediate(count);
  };
  setImmediate(count);
  expect(await again({ session: told })).toEqual({ recordings: 500, unknown: [] });
  ended = true;
  expect(turns).toBeGreaterThanOrEqual(10);
  expect(house.index.totals().continuous).toBe(500);
});

test('a folder of somebody else that may not be looked into is passed over, one of a camera is not', async () => {
  await store('one');
  house.restart({ loseIndex: true });
  await place.raw.write('backup/all.tar', 'x');
  expect(await again({ session: failing({ backup: 'denied' }) })).toMatchObject({ recordings: 1 });
  expect(house.lines.filter((line) => line.includes('backup'))).toHaveLength(1);
  await expect(again({ session: failing({ backup: 'missing' }) })).rejects.toMatchObject({
    fault: 'missing',
  });
  await expect(again({ session: failing({ 'front-door': 'denied' }) })).rejects.toMatchObject({
    fault: 'denied',
  });
});
