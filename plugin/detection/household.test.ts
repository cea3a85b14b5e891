import { expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { openHousehold } from './household.ts';

function open(kept?: string) {
  const disk = { text: kept, full: false };
  const lines: string[] = [];
  const clock = new ManualClock(1000);
  const file = {
    read: () => disk.text,
    write(text: string) {
      if (disk.full) throw new Error('no room');
      disk.text = text;
    },
  };
  const log = { debug() {}, info() {}, warn: (line: string) => void lines.push(line), error() {} };
  return { disk, lines, clock, household: openHousehold(file, { clock, log }) };
}

test('nobody has said anything', () => {
  const { household, lines } = open();
  expect(household.info).toEqual({ home: 'unknown', since: 0 });
  expect(lines).toEqual([]);
});

test('what was said is told, and known after a restart', () => {
  const { household, disk, clock } = open();
  const told: string[] = [];
  const end = household.onHome((before) => told.push(`${before} ${household.info.home}`));
  household.setHome('away');
  clock.advance(500);
  household.setHome('away');
  household.setHome('home');
  end();
  household.setHome('unknown');
  expect(told).toEqual(['unknown away', 'away home']);
  expect(open(disk.text).household.info).toEqual({ home: 'unknown', since: 1500 });
});

test('what was said before is no news: it keeps its time, and nothing is written', () => {
  const { household, disk, clock } = open();
  household.setHome('away');
  disk.text = 'untouched';
  clock.advance(500);
  expect(household.setHome('away')).toEqual({ home: 'away', since: 1000 });
  expect(disk.text).toBe('untouched');
});

test('what could not be kept is kept when it is said again', () => {
  const { household, disk } = open();
  disk.full = true;
  household.setHome('home');
  disk.full = false;
  household.setHome('home');
  expect(open(disk.text).household.info).toEqual({ home: 'home', since: 1000 });
});

test.each(['', '{', 'null', '{"home":"moon","since":1}', '{"home":"home"}'])('%j is not known', (text) => {
  const { household, lines } = open(text);
  expect(household.info.home).toBe('unknown');
  expect(lines).toHaveLength(1);
});

test('a full disk keeps nobody from saying it', () => {
  const { household, disk, lines } = open();
  disk.full = true;
  expect(household.setHome('home')).toEqual({ home: 'home', since: 1000 });
  expect(lines).toEqual([expect.stringContaining('no room')]);
});
