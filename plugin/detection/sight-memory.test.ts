import { expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { openCameraMemory } from './sight-memory.ts';

function start(disk = new Map<string, string>()) {
  const clock = new ManualClock();
  const lines: string[] = [];
  const fault = { now: false };
  const openFile = (path: string) => ({
    read() {
      if (fault.now) throw new Error('a bad disk');
      return disk.get(path);
    },
    write(text: string) {
      if (fault.now) throw new Error('no room');
      disk.set(path, text);
    },
  });
  const log = { debug() {}, info() {}, warn: (line: string) => void lines.push(line), error() {} };
  const open = () => openCameraMemory('/house', 'cam', { openFile, clock, log });
  return { disk, clock, lines, fault, open, memory: open() };
}

test('what the eyes told is kept seldom, and at the end', () => {
  const { memory, clock, disk, open } = start();
  expect(memory.sight).toBeUndefined();
  memory.keepSight('one');
  clock.advance(599_000);
  memory.keepSight('two');
  expect(disk.size).toBe(0);
  clock.advance(1_000);
  expect(disk.get('/house/cam.txt')).toBe('two');
  memory.keepSight('three');
  memory[Symbol.dispose]();
  expect(open().sight).toBe('three');
  expect(clock.pending).toBe(0);
});

test('packages are kept at once, and soon after what the eyes told of them', () => {
  const { memory, clock, disk, open } = start();
  memory.keepSight('before');
  memory.keepLedger('a package');
  expect(disk.get('/house/cam.json')).toBe('a package');
  memory.keepSight('with it');
  clock.advance(1_000);
  expect(disk.get('/house/cam.txt')).toBe('with it');
  memory.keepSight('later');
  clock.advance(60_000);
  expect(disk.get('/house/cam.txt')).toBe('with it');
  expect(open().ledger).toBe('a package');
});

test('a package that the eyes told first is kept with what they know of it', () => {
  const { memory, clock, disk } = start();
  memory.keepLedger('a package');
  memory.keepSight('it');
  clock.advance(1_000);
  expect(disk.get('/house/cam.txt')).toBe('it');
});

test('a disk that fails costs only the memory, and is said once', () => {
  const { memory, lines, fault, open, disk } = start();
  fault.now = true;
  memory.keepLedger('a');
  memory.keepLedger('b');
  expect(lines).toEqual([expect.stringContaining('no room')]);
  expect(open().sight).toBeUndefined();
  fault.now = false;
  memory.keepLedger('c');
  expect(disk.get('/house/cam.json')).toBe('c');
});

test('what is too large is not kept', () => {
  const { memory, disk } = start();
  memory.keepSight('x'.repeat(256 * 1024 + 1));
  memory[Symbol.dispose]();
  expect(disk.size).toBe(0);
});
