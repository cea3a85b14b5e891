import { expect, test } from 'vitest';
import { chooseFootage } from './choose-footage.ts';

type Row = [id: string, kind: 'continuous' | 'motion', from: number, to: number];

/** In seconds; `[` and `]` where it may reach beyond, `(` and `)` where another goes on. */
function chosen(rows: Row[], from: number, to: number): string[] {
  const recordings = rows.map(([id, kind, start, end]) => ({
    ...{ id, kind, startedAt: start * 1000, endedAt: end * 1000 },
  }));
  return chooseFootage(recordings, from * 1000, to * 1000).map((part) => {
    const [open, close] = [part.joinsBefore ? '(' : '[', part.joinsAfter ? ')' : ']'];
    return `${part.recording.id} ${open}${part.from / 1000} ${part.to / 1000}${close}`;
  });
}

test.each<[string, Row[], string[]]>([
  ['nothing', [], []],
  ['one clip', [['a', 'motion', 20, 40]], ['a [20 40]']],
  ['what lies outside is left out', [['a', 'motion', 200, 240]], []],
  [
    'files of continuous recording, one after the other, that overlap by a breath',
    [
      ['a', 'continuous', 0, 50.4],
      ['b', 'continuous', 50, 100],
    ],
    ['a [0 50.4]', 'b [50 100]'],
  ],
  [
    'a clip within continuous recording',
    [
      ['clip', 'motion', 20, 40],
      ['a', 'continuous', 0, 100],
    ],
    ['a [0 100]'],
  ],
  [
    'a very short clip within continuous recording',
    [
      ['clip', 'motion', 20, 21],
      ['a', 'continuous', 0, 100],
    ],
    ['a [0 100]'],
  ],
  [
    'a clip that begins before continuous recording does',
    [
      ['clip', 'motion', 20, 60],
      ['a', 'continuous', 40, 100],
    ],
    ['clip [20 40)', 'a [40 100]'],
  ],
  [
    'a clip that fills a gap between two files',
    [
      ['a', 'continuous', 0, 30],
      ['clip', 'motion', 20, 60],
      ['b', 'continuous', 50, 100],
    ],
    ['a [0 30]', 'clip (30 50)', 'b [50 100]'],
  ],
  [
    'a clip around a file',
    [
      ['a', 'continuous', 30, 50],
      ['clip', 'motion', 10, 80],
    ],
    ['clip [10 30)', 'a [30 50]', 'clip (50 80]'],
  ],
  [
    'two clips that overlap',
    [
      ['a', 'motion', 10, 40],
      ['b', 'motion', 30, 60],
    ],
    ['a [10 40]', 'b (40 60]'],
  ],
  [
    'what would be left of a clip is not worth a jump',
    [
      ['clip', 'motion', 39, 60],
      ['a', 'continuous', 40, 100],
    ],
    ['a [40 100]'],
  ],
])('%s', (_name, rows, wanted) => {
  expect(chosen(rows, 5, 100)).toEqual(wanted);
});
