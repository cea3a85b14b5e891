import { describe, expect, it, test } from 'vitest';
import { meetsTarget, performancePage, type Row, type RowSpec, textTable, toRow } from './report.ts';

const SPEC: RowSpec = {
  name: 'snapshot-p95',
  what: 'from asking to having',
  unit: 'ms',
  against: 'another plugin',
  target: 60,
};

const row = (over: Partial<Row> = {}): Row => ({
  ...toRow(SPEC, { value: 12.345, peer: 2051.7, samples: 60, peerSamples: 12 }),
  ...over,
});

describe('toRow', () => {
  it('starts with name, value, unit, peer and ratio, rounded', () => {
    expect(Object.entries(row()).slice(0, 5)).toEqual([
      ['name', 'snapshot-p95'],
      ['value', 12.3],
      ['unit', 'ms'],
      ['peer', 2050],
      ['ratio', 0.00602],
    ]);
  });

  it('has no ratio without a peer, or to a peer that needs nothing', () => {
    const alone: RowSpec = { name: 'parse', what: '', unit: 'µs' };
    expect(toRow(alone, { value: 1, samples: 3 })).toMatchObject({ peer: null, ratio: null, against: null });
    expect(toRow(SPEC, { value: 1, peer: 0, samples: 3 })).toMatchObject({ peer: 0, ratio: null });
  });
});

test.each([
  [59.9, 60, true],
  [60, 60, true],
  [60.1, 60, false],
  [1, null, undefined],
])('a value of %d and a target of %j: %j', (value, target, expected) => {
  expect(meetsTarget(row({ value, target }))).toBe(expected);
});

test.each([
  [1.3, 1.3, '≤ 60, ratio ≤ 1.3 ✓'],
  [1.31, 1.3, '≤ 60, ratio ≤ 1.3 ✗'],
  [1.31, null, '≤ 60 ✓'],
])('a ratio of %d and a target of %j for it: %s', (ratio, targetRatio, expected) => {
  expect(textTable([row({ ratio, targetRatio })])).toContain(`  ${expected}  `);
});

test('the table has a line for each row, in columns', () => {
  const [head, first, second] = textTable([
    row(),
    row({ name: 'x', value: 70, peer: null, ratio: null }),
  ]).split('\n');
  expect(head).toMatch(/^row +ours +peer +ratio +target +samples$/);
  expect(first).toMatch(/^snapshot-p95 +12\.3 ms +2050 ms +0\.00602 +≤ 60 ✓ +60 \/ 12$/);
  expect(second).toMatch(/^x +70 ms +≤ 60 ✗ +60 \/ 12$/);
  expect(first?.length).toBe(head?.length);
});

test('the page says how, where and when, and explains the rows it has', () => {
  const machine = {
    date: '2026-11-22',
    hardware: '2 x CPU',
    stolenPercent: 1.234,
    software: ['Node 24', 'ffmpeg 5.1'],
    command: 'npm run bench',
  };
  const other: RowSpec = { name: 'left-out', what: 'not measured', unit: 'ms' };
  const page = performancePage([SPEC, other], [row()], machine, 'How it is done.');
  expect(page).toContain('Written by `npm run bench` on 2026-11-22.');
  expect(page).toContain('- Machine: 2 x CPU; 1.2 % of its time');
  expect(page).toContain('- Software: Node 24, ffmpeg 5.1');
  expect(page).toContain('How it is done.');
  expect(page).toContain('| snapshot-p95 | 12.3 ms | 2050 ms | 0.00602 | ≤ 60 ✓ | 60 / 12 |');
  expect(page).toContain('- `snapshot-p95`: from asking to having; peer: another plugin.');
  expect(page).not.toContain('left-out');
  expect(page.endsWith('\n')).toBe(true);
});
