import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import {
  type DecisionStore,
  type DecisionStoreOptions,
  type NewDecision,
  openDecisionStore,
} from './decisions.ts';
import { tuningFrom } from './tuning.ts';

const DOOR = { id: 'door', name: 'Front door', slug: 'front-door' };
const GARDEN = { id: 'garden', name: 'Garden', slug: 'the-garden' };
const PNG = Buffer.from('\x89PNG', 'latin1');

let folder: string;
let path: string;
let logged: string[];
let store: DecisionStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doorstep-decisions-'));
  path = join(folder, 'detection.sqlite');
  logged = [];
  store = open();
});
afterEach(() => {
  store[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

function open(options: Partial<DecisionStoreOptions> = {}): DecisionStore {
  const note = (line: string) => void logged.push(line);
  const log = { debug: note, info: note, warn: note, error: note };
  return openDecisionStore({ path, clock: new ManualClock(), log, ...options });
}

function again(options: Partial<DecisionStoreOptions> = {}): void {
  store[Symbol.dispose]();
  store = open(options);
}

function decision(id: string, change: Partial<NewDecision> = {}): NewDecision {
  return {
    ...{ id, camera: DOOR, at: Number(id), kind: 'package', phase: 'delivered', rule: 'new-after-visit' },
    ...{ score: 0.9, scores: { size: 0.1 }, box: { left: 0, top: 0.25, right: 1, bottom: 1 } },
    ...{ eventId: `event-of-${id}`, ...change },
  };
}

const ids = (query: Partial<Parameters<DecisionStore['list']>[0]> = {}) =>
  store.list({ limit: 100, ...query }).map(({ id }) => id);

describe('decisions', () => {
  it('are kept as they were made, with their pictures, over restarts', () => {
    const after = Buffer.from('after');
    store.add(decision('1'), { before: PNG, after });
    store.add(decision('2', { kind: 'motion', phase: 'start', rule: 'moved' }), { after });
    store.add(decision('3'), {});
    again();
    expect(store.list({ limit: 10 })).toEqual([
      { ...decision('3'), pictures: [] },
      { ...decision('2', { kind: 'motion', phase: 'start', rule: 'moved' }), pictures: ['after'] },
      { ...decision('1'), pictures: ['before', 'after'] },
    ]);
    expect(Buffer.from(store.picture('1', 'before') ?? [])).toEqual(PNG);
    expect(Buffer.from(store.picture('2', 'after') ?? [])).toEqual(after);
    expect(store.picture('2', 'before')).toBeUndefined();
    expect(store.picture('none', 'before')).toBeUndefined();
  });

  it.each([
    [{}, ['4', '3', '2', '1']],
    [{ limit: 2 }, ['4', '3']],
    [{ camera: 'garden' }, ['4', '2']],
    [{ camera: 'the-garden' }, ['4', '2']],
    [{ camera: 'yard' }, []],
    [{ before: 3 }, ['2', '1']],
    [{ eventId: 'event-of-3' }, ['3']],
    [{ eventId: 'event-of-3', camera: 'garden' }, []],
  ])('are found by %j', (query, found) => {
    for (const id of ['1', '3']) store.add(decision(id), {});
    for (const id of ['2', '4']) store.add(decision(id, { camera: GARDEN }), {});
    expect(ids(query)).toEqual(found);
  });

  it('say by which other they were corrected', () => {
    store.add(decision('1'), {});
    store.add(decision('2', { phase: 'corrected', rule: 'seen-better', supersedes: '1' }), {});
    const [second, first] = store.list({ limit: 2 });
    expect(first).toMatchObject({ id: '1', correctedBy: '2' });
    expect(second).not.toHaveProperty('supersedes');
  });

  it('that come twice are kept once', () => {
    store.add(decision('1'), { before: PNG });
    store.answer('1', 'right');
    store.add(decision('1', { score: 0.1 }), { before: PNG, after: PNG });
    expect(store.list({ limit: 9 })).toEqual([{ ...decision('1'), pictures: ['before'], answer: 'right' }]);
  });

  it('are kept without a picture that is too large', () => {
    store.add(decision('1'), { before: new Uint8Array(64 * 1024), after: new Uint8Array(64 * 1024 + 1) });
    expect(store.list({ limit: 1 })[0]?.pictures).toEqual(['before']);
    expect(store.picture('1', 'before')).toHaveLength(64 * 1024);
    expect(logged.join()).toContain('65537 bytes');
  });

  it('that cannot be kept cost no more than a line in the log', () => {
    const other = new DatabaseSync(path);
    other.exec('ALTER TABLE picture RENAME TO elsewhere');
    store.add(decision('1'), { before: PNG });
    other.exec('ALTER TABLE elsewhere RENAME TO picture');
    other.close();
    expect(logged.join()).toContain('cannot be kept');
    store.add(decision('2'), { before: PNG });
    expect(ids()).toEqual(['2']);
  });
});

describe('of old decisions', () => {
  it('the oldest go first, for each camera and kind apart, and with their pictures', () => {
    again({ keep: { motion: 2, person: 1, package: 3 } });
    for (const id of ['1', '2', '3', '4', '5']) store.add(decision(id), { before: PNG });
    store.add(decision('0', { camera: GARDEN }), {});
    for (const id of ['11', '12', '13']) store.add(decision(id, { kind: 'motion', phase: 'start' }), {});
    expect(ids()).toEqual(['13', '12', '5', '4', '3', '0']);
    expect(store.picture('2', 'before')).toBeUndefined();
    expect(store.picture('3', 'before')).toBeDefined();
  });

  it('those with an answer stay while others go', () => {
    again({ keep: { motion: 2, person: 2, package: 2 } });
    store.add(decision('1'), {});
    store.answer('1', 'wrong');
    for (const id of ['2', '3', '4', '5']) store.add(decision(id), {});
    expect(ids()).toEqual(['5', '4', '1']);
    for (const id of ['4', '5']) store.answer(id, 'right');
    store.add(decision('6'), {});
    expect(ids()).toEqual(['6', '5', '4']);
  });

  it('those before a time are removed', () => {
    for (const id of ['1', '2', '3']) store.add(decision(id), { after: PNG });
    expect(store.prune(3)).toBe(2);
    expect(ids()).toEqual(['3']);
    expect(store.picture('2', 'after')).toBeUndefined();
  });
});

describe('answers', () => {
  beforeEach(() => {
    for (const id of ['1', '2', '3']) store.add(decision(id), {});
    store.add(decision('4', { camera: GARDEN }), {});
  });
  const tuning = () => tuningFrom(store.answersOf('door'));

  it('are those that were given last, and stay', () => {
    expect(store.answer('1', 'wrong')).toEqual({ ...decision('1'), pictures: [], answer: 'wrong' });
    store.answer('1', 'right');
    store.answer('2', 'wrong');
    expect(store.answer('2', undefined)).not.toHaveProperty('answer');
    again();
    expect(store.list({ limit: 9 }).map(({ answer }) => answer)).toEqual([
      undefined,
      undefined,
      undefined,
      'right',
    ]);
  });

  it('come in the order in which they were given, of one camera', () => {
    store.answer('3', 'wrong');
    store.answer('4', 'right');
    store.answer('1', 'right');
    store.answer('2', 'wrong');
    store.answer('3', 'right');
    expect(store.answersOf('door')).toEqual(
      ['right', 'wrong', 'right'].map((answer) => ({ kind: 'package', phase: 'delivered', answer })),
    );
    expect(tuning()).toMatchObject({ package: -0.135, right: 2, wrong: 1 });
  });

  it('count no more after a reset, unless given again', () => {
    for (const id of ['1', '2', '4']) store.answer(id, 'wrong');
    store.resetAnswers('door');
    again();
    expect(tuning()).toMatchObject({ package: 0, wrong: 0 });
    expect(store.answersOf('garden')).toHaveLength(1);
    expect(store.list({ limit: 9, camera: 'door' }).map(({ answer }) => answer)).toEqual([
      undefined,
      'wrong',
      'wrong',
    ]);
    store.answer('1', 'wrong');
    expect(tuning()).toMatchObject({ package: -0.15, wrong: 1 });
  });

  it('after a reset count also where the ones before it are gone', () => {
    for (const id of ['1', '2']) store.answer(id, 'wrong');
    store.resetAnswers('door');
    store.prune(3);
    store.answer('3', 'wrong');
    expect(tuning().wrong).toBe(1);
  });

  it('are refused for what is not there', () => {
    expect(() => store.answer('none', 'right')).toThrow('There is no such decision');
  });
});

describe('a damaged file', () => {
  it('is moved aside, and a new one begins', () => {
    store.add(decision('1'), {});
    store[Symbol.dispose]();
    writeFileSync(path, 'this is no database at all, but a long line of text');
    store = open();
    expect(ids()).toEqual([]);
    store.add(decision('2'), {});
    expect(ids()).toEqual(['2']);
    expect(readdirSync(folder).some((name) => name.startsWith('detection.sqlite.broken-'))).toBe(true);
    expect(logged.join()).toContain('list of decisions');
  });

  it('that takes nothing any more is said in the log, and nothing is thrown', () => {
    store[Symbol.dispose]();
    store.add(decision('1'), {});
    expect(logged.join()).toContain('cannot be kept');
    store = open();
  });
});
