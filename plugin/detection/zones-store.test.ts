import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Area, Zones } from '../../protocol/detection.ts';
import { privateFile, type TextFile } from '../system/text-file.ts';
import { openZonesStore } from './zones-store.ts';

const NONE: Zones = { doorstep: [], motion: [], ignore: [], privacy: [] };
const TRIANGLE: Area = [
  [0, 0],
  [1, 0],
  [0.5, 0.75],
];
const DRAWN: Zones = { doorstep: [TRIANGLE], motion: [], ignore: [TRIANGLE], privacy: [TRIANGLE] };
const ALL = [
  [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ],
];

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doorstep-zones-'));
  path = join(folder, 'zones.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(openFile: (path: string) => TextFile = privateFile) {
  const errors: string[] = [];
  const log = { debug() {}, info() {}, warn() {}, error: (line: string) => void errors.push(line) };
  return { store: openZonesStore(path, { openFile, log }), errors };
}

describe('what the household drew', () => {
  it('is nothing at first', () => {
    const { store, errors } = open();
    expect(store.forCamera('door').zones).toEqual(NONE);
    expect(store.forCamera('door')).toBe(store.forCamera('door'));
    expect([store.problem, errors]).toEqual([undefined, []]);
  });

  it('is the same after a restart, for each camera, in a file of the owner alone', () => {
    const before = open().store;
    expect(before.forCamera('door').set(DRAWN)).toBeUndefined();
    before.forCamera('garden').set({ ...NONE, motion: [TRIANGLE] });
    const after = open().store;
    expect(after.forCamera('door').zones).toEqual(DRAWN);
    expect(after.forCamera('garden').zones).toEqual({ ...NONE, motion: [TRIANGLE] });
    expect(after.forCamera('yard').zones).toEqual(NONE);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is kept for a camera that is away for a while', () => {
    open().store.forCamera('away').set(DRAWN);
    open().store.forCamera('door').set(NONE);
    expect(open().store.forCamera('away').zones).toEqual(DRAWN);
  });

  it('is told on each change, until somebody no longer listens', () => {
    const door = open().store.forCamera('door');
    const seen: Zones[] = [];
    const stop = door.onChange((zones) => seen.push(zones));
    door.set(DRAWN);
    stop();
    door.set(NONE);
    expect(seen).toEqual([DRAWN]);
  });

  it('holds also when it cannot be kept, and says so until it can', () => {
    let full = true;
    const { store, errors } = open((at) => ({
      read: () => privateFile(at).read(),
      write(text) {
        if (full) throw new Error('ENOSPC: no space left on device');
        privateFile(at).write(text);
      },
    }));
    const door = store.forCamera('door');
    expect(door.set(DRAWN)?.code).toBe('zones-unwritable');
    expect(door.zones).toEqual(DRAWN);
    expect(store.problem?.what).toContain('ENOSPC');
    expect(errors).toHaveLength(1);
    full = false;
    expect(door.set(DRAWN)).toBeUndefined();
    expect(store.problem).toBeUndefined();
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['broken', '{"door":'],
    ['no object', '[]'],
    ['empty', ''],
  ])('hides every picture: %s', (_what, text) => {
    writeFileSync(path, text);
    const { store, errors } = open();
    expect(store.forCamera('door').zones).toEqual({ ...NONE, privacy: ALL });
    expect(store.problem?.code).toBe('zones-unreadable');
    expect(errors).toHaveLength(1);
  });

  it('hides every picture: no leave to read it', () => {
    const { store } = open(() => ({
      read() {
        throw new Error('EACCES: permission denied');
      },
      write() {},
    }));
    expect(store.forCamera('door').zones.privacy).toEqual(ALL);
  });

  it.each([
    ['a corner beyond the picture', { ...NONE, privacy: [[...TRIANGLE, [2, 0]]] }],
    ['a kind that is missing', { doorstep: [], motion: [], ignore: [] }],
    ['no zones at all', null],
  ])('hides the picture of the camera of which it says %s', (_what, held) => {
    writeFileSync(path, JSON.stringify({ door: held, garden: DRAWN }));
    const { store, errors } = open();
    expect(store.forCamera('garden').zones).toEqual(DRAWN);
    expect(store.problem).toBeUndefined();
    expect(store.forCamera('door').zones).toEqual({ ...NONE, privacy: ALL });
    expect(store.problem?.code).toBe('zones-unreadable');
    expect(errors).toHaveLength(1);
    store.forCamera('garden').set(NONE);
    expect(open().store.forCamera('door').zones.privacy).toEqual(ALL);
  });

  it('stops hiding each camera when the household draws anew, and no other', () => {
    writeFileSync(path, 'scrambled');
    const { store } = open();
    const [door] = [store.forCamera('door'), store.forCamera('garden')];
    door.set(DRAWN);
    expect(store.problem?.code).toBe('zones-unreadable');
    const after = open().store;
    expect(after.forCamera('door').zones).toEqual(DRAWN);
    expect(after.forCamera('garden').zones.privacy).toEqual(ALL);
    after.forCamera('garden').set(NONE);
    expect(after.problem).toBeUndefined();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ '*': null, door: DRAWN, garden: NONE });
  });

  it('is unknown also for a camera that was not configured then, and is kept aside', () => {
    writeFileSync(path, '{"away":{"privacy":[[[0,0],[0.5,0],');
    open().store.forCamera('door').set(DRAWN);
    const { store } = open();
    expect(store.forCamera('door').zones).toEqual(DRAWN);
    expect(store.problem).toBeUndefined();
    expect(store.forCamera('away').zones.privacy).toEqual(ALL);
    expect(store.problem?.code).toBe('zones-unreadable');
    const aside = readdirSync(folder).filter((name) => name.startsWith('zones.json.broken-'));
    expect(aside.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([
      '{"away":{"privacy":[[[0,0],[0.5,0],',
    ]);
  });
});
