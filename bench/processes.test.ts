import { expect, test } from 'vitest';
import { parseMachineTime, parseResident, parseStat, usageOfFamily } from './processes.ts';

test.each([
  [
    'a plain name',
    '4216 (ffmpeg) S 4193 4193 2990 0 -1 4194304 9000 0 3 0 130 45 0 0 20 0 6 0 413 269864 13255',
    1.75,
  ],
  ['a name like a field', '4216 (a) S 1) (b) R 4193 1 1 0 -1 0 0 0 0 0 200 100 0 0 20 0 1 0 1 1 1', 3],
])('a stat line with %s', (_what, line, cpuSeconds) => {
  expect(parseStat(line)).toEqual({ pid: 4216, parent: 4193, cpuSeconds });
});

test('resident memory', () => {
  expect(parseResident('Name:\tnode\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\nThreads:\t11\n')).toBe(100);
  expect(parseResident('Name:\tkthreadd\n')).toBeNaN();
});

test('time of the whole machine', () => {
  const stat = 'cpu  100 10 20 800 5 0 15 50 7 1\ncpu0 1 1 1 1 1 1 1 1 1 1\n';
  expect(parseMachineTime(stat)).toEqual({ all: 1000, stolen: 50 });
});

test('finds itself and what it uses', () => {
  const own = usageOfFamily(process.pid).find(({ pid }) => pid === process.pid);
  expect(own?.cpuSeconds).toBeGreaterThan(0);
  expect(own?.residentMiB).toBeGreaterThan(10);
});
