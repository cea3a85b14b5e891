import { expect, test } from 'vitest';
import type { PackageFacts } from '../../protocol/event.ts';
import { packageLine } from './package-words.ts';

const HOUR = 3_600_000;

test.each<['delivered' | 'removed' | 'corrected', Omit<PackageFacts, 'id'>, string]>([
  ['delivered', { count: 1 }, 'A package came.'],
  ['delivered', { count: 2 }, 'A package came; 2 lie there now.'],
  [
    'removed',
    { count: 0, presentForMs: 2 * HOUR, verdict: 'taken' },
    'The package is gone (it lay there for 2 h). Nobody was home.',
  ],
  [
    'removed',
    { count: 1, presentForMs: 70_000, verdict: 'collected' },
    'The package is gone (it lay there for 70 s); one lies there. It was taken in.',
  ],
  [
    'removed',
    { count: 2, presentForMs: 5 * 60_000, verdict: 'unknown' },
    'The package is gone (it lay there for 5 min); 2 lie there.',
  ],
  ['removed', { count: 0, presentForMs: 72 * HOUR }, 'The package is gone (it lay there for 3 days).'],
  ['removed', { count: 0, verdict: 'unknown' }, 'A package is gone.'],
  ['corrected', { count: 1 }, 'Seen better: one lies there.'],
  ['corrected', { count: 0 }, 'Seen better: no package lies there.'],
  ['corrected', { count: 0, verdict: 'collected' }, 'The package that went is with the household.'],
])('%s %j', (phase, facts, line) => {
  expect(packageLine({ phase, package: { id: 'p', ...facts } })).toBe(line);
});
