import { describe, expect, it } from 'vitest';
import type { StorageInfo } from '../../../protocol/api.ts';
import {
  droppedWords,
  hoursWords,
  isToldAsNews,
  keptWords,
  mayBeReplaced,
  placeOf,
  storageNews,
  storageState,
} from './storage-words.ts';

const style = { locale: 'en-GB', timeZone: 'UTC' };
const NOW = Date.UTC(2026, 10, 22, 9, 30);
const SEVEN = Date.UTC(2026, 10, 22, 7, 12);
const MINUTE = 60_000;
const camera = { id: 'c1', name: 'Front door', slug: 'front-door' };
const problem = { code: 'target-other', what: 'That is another NAS.', cure: 'Mount the right one.' };
const full = { camera, from: SEVEN, to: SEVEN + 40 * MINUTE, reason: 'spool-full' } as const;

type More = Partial<Omit<StorageInfo, 'target' | 'spool'>> & {
  target?: Partial<StorageInfo['target']>;
  spool?: Partial<StorageInfo['spool']>;
};

function storage({ target, spool, ...more }: More = {}): StorageInfo {
  return {
    target: {
      kind: 'folder',
      where: '/mnt/nas',
      state: 'ready',
      since: SEVEN,
      fileSystem: 'nfs4',
      ...target,
    },
    ...{ clips: 3, continuous: 0, bytes: 4.2e9, keepDays: 3, keepContinuousDays: 3 },
    spool: { path: '/spool', bytes: 0, maxBytes: 8e9, bufferedMs: 0, ...spool },
    dropped: { recordings: 0, bytes: 0 },
    ...more,
  };
}

describe('how storage is', () => {
  it.each<[string, More, string, string, RegExp]>([
    ['here', { target: { kind: 'embedded' } }, 'well', 'Recordings are kept on this machine.', /NAS/],
    ['there', {}, 'well', 'Recordings reach the NAS.', /^Nothing waits on this machine\.$/],
    ['on the way', { spool: { bufferedMs: 20_000 } }, 'well', 'Recordings reach the NAS.', /^20 s of /],
    ['looked for', { target: { state: 'starting' } }, 'waits', 'Looking for the NAS.', /goes on/],
    [
      'away',
      { target: { state: 'missing' }, spool: { bufferedMs: 43 * MINUTE, hoursLeft: 61.9 } },
      'waits',
      'The NAS has been away since 07:12.',
      /^Nothing is lost: 43 min of footage wait on this machine\. There is room for about 61 h more\.$/,
    ],
    [
      'away, nothing recorded',
      { target: { state: 'missing' } },
      'waits',
      'The NAS has been away since 07:12.',
      /until it is back/,
    ],
    [
      'away for too long',
      {
        target: { state: 'missing' },
        spool: { bufferedMs: MINUTE },
        dropped: { recordings: 1, bytes: 1, last: full },
      },
      'waits',
      'The NAS has been away since 07:12.',
      /is full/,
    ],
    [
      'away while some is given up, of an outage that began before the hub did',
      {
        target: { state: 'missing', since: NOW - MINUTE },
        spool: { bufferedMs: MINUTE },
        problem: { ...problem, code: 'spool-full' },
      },
      'waits',
      'The NAS has been away since 09:29.',
      /^The room on this machine is full/,
    ],
    [
      'away again after some was given up',
      {
        target: { state: 'missing', since: NOW - MINUTE },
        spool: { bufferedMs: 43 * MINUTE, hoursLeft: 61.9 },
        dropped: { recordings: 1, bytes: 1, last: full },
      },
      'waits',
      'The NAS has been away since 09:29.',
      /^43 min of footage wait on this machine\. There is room for about 61 h more\.$/,
    ],
    [
      'away for a moment',
      { target: { state: 'missing', since: NOW - MINUTE } },
      'waits',
      'The NAS has been away since 09:29.',
      /until it is back/,
    ],
    [
      'failing here',
      { target: { kind: 'embedded', state: 'refused' }, problem },
      'asks',
      'Recordings could not be kept since 07:12.',
      /Mount the right one/,
    ],
    ['new', { target: { state: 'waiting' } }, 'asks', 'This place waits for your word.', /mount it first/],
    [
      'wrong',
      { target: { state: 'refused' }, problem },
      'asks',
      'Recordings have not reached the NAS since 07:12.',
      /another NAS\. Mount the right one\./,
    ],
  ])('%s', (_name, more, mark, title, text) => {
    const state = storageState(storage(more), NOW, style);
    expect([state.mark, state.title]).toEqual([mark, title]);
    expect(state.more).toMatch(text);
  });
});

describe('what Home tells', () => {
  const day = 24 * 3_600_000;
  const dropped = (to: number) => ({ dropped: { recordings: 1, bytes: 1, last: { ...full, to } } });
  const AWAY = 'The NAS has been away since 07:12.';
  it.each<[string, More, string[]]>([
    ['nothing while all arrives', {}, []],
    ['nothing of a start', { target: { state: 'starting' } }, []],
    ['that the NAS is away', { target: { state: 'missing' } }, [AWAY]],
    ['what was dropped', dropped(NOW), ['Some footage could not be kept.']],
    ['nothing of what was dropped long ago', dropped(NOW - day), []],
    [
      'a question before all else',
      { target: { state: 'missing' }, asks: { recordings: 9, of: 10, bytes: 1e9 } },
      ['A clean-up waits for your word', AWAY],
    ],
    [
      'no question while the list is being made again',
      { asks: { recordings: 9, of: 10, bytes: 1e9 }, rebuilding: { found: 4 } },
      [],
    ],
  ])('%s', (_name, more, titles) => {
    expect(storageNews(storage(more), NOW, style).map(({ title }) => title)).toEqual(titles);
  });

  it.each([
    ['target-missing', true],
    ['retention-asks', true],
    ['disk-full', false],
    ['camera-unreachable', false],
  ])('%s as well: %s', (code, told) => {
    expect(isToldAsNews({ code })).toBe(told);
  });
});

it.each<[string, More, boolean]>([
  ['ready', {}, false],
  ['off', { target: { state: 'missing' }, problem: { ...problem, code: 'target-missing' } }, true],
  ['another', { target: { state: 'refused' }, problem }, true],
  ['full', { target: { state: 'refused' }, problem: { ...problem, code: 'target-full' } }, false],
])('a NAS that is %s', (_name, more, may) => {
  expect(mayBeReplaced(storage(more))).toBe(may);
});

it.each([
  [0.01, '1 min'],
  [0.99, '59 min'],
  [61.9, '61 h'],
  [100, '4 days'],
])('%d hours of room are %s, never more than there is', (hours, text) => {
  expect(hoursWords(hours)).toBe(text);
});

it.each([
  ['folder', 'cifs', 'the NAS'],
  ['folder', 'ext4', 'the disk'],
  ['folder', undefined, 'the NAS'],
  ['webdav', 'webdav', 'the NAS'],
  ['embedded', 'ext4', 'the disk of this machine'],
] as const)('a %s of %s is %s', (kind, fileSystem, text) => {
  const target = { kind, where: '', state: 'ready', since: 0, ...(fileSystem && { fileSystem }) } as const;
  expect(placeOf(target).within).toBe(text);
});

it('counts what is kept', () => {
  expect(keptWords(storage({ clips: 1, continuous: 3400, oldestAt: SEVEN }), NOW, style)).toBe(
    '1 clip of an event and 3,400 files of continuous recording, 4.2 GB. The oldest is of 07:12.',
  );
});

it('tells what was dropped, when and why', () => {
  expect(droppedWords(full, NOW, style)).toBe(
    'The last: Front door, 07:12 to 07:52, since the room on this machine was full.',
  );
});
