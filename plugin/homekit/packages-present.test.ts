import { expect, it } from 'vitest';
import { KEEP_MS, type PackageEvent, packagesPresent } from './packages-present.ts';

const NOW = 1_790_000_000_000;

/** `came`, `went`, `wrong`: of a package, or of whatever lies there. */
const came = (id: string, of?: string, at = NOW): PackageEvent => happened(id, 'delivered', of, at);
const went = (id: string, of?: string): PackageEvent => happened(id, 'removed', of);
const wrong = (id: string, supersedes?: string, of?: string): PackageEvent => ({
  ...happened(id, 'corrected', of),
  ...(supersedes !== undefined && { supersedes }),
});

const collected = (id: string, supersedes: string): PackageEvent => ({
  ...{ id, phase: 'corrected', at: NOW, supersedes },
  package: { id: 'a', count: 0, verdict: 'collected' },
});

function happened(id: string, phase: PackageEvent['phase'], of?: string, at = NOW): PackageEvent {
  return { id, phase, at, ...(of !== undefined && { package: { id: of, count: 1 } }) };
}

it.each<[string, PackageEvent[], boolean]>([
  ['nothing', [], false],
  ['one came', [came('1', 'a')], true],
  ['one came and went', [came('1', 'a'), went('2', 'a')], false],
  ['two came, one went', [came('1', 'a'), came('2', 'b'), went('3', 'a')], true],
  ['two came, both went', [came('1', 'a'), came('2', 'b'), went('3', 'a'), went('4', 'b')], false],
  ['one came that nobody named, and went', [came('1'), went('2')], false],
  ['all went, though the camera does not say which', [came('1', 'a'), came('2', 'b'), went('3')], false],
  ['one of before went', [went('1', 'a')], false],
  ['one went and another came', [came('1', 'a'), went('2', 'a'), came('3', 'b')], true],
  ['it was none', [came('1', 'a'), wrong('2', '1')], false],
  ['it was none, of two', [came('1', 'a'), came('2', 'b'), wrong('3', '2')], true],
  ['it had not gone', [came('1', 'a'), went('2', 'a'), wrong('3', '2')], true],
  ['the correction was wrong', [came('1', 'a'), wrong('2', '1'), wrong('3', '2')], true],
  [
    'it went, and somebody of the household had it',
    [came('1', 'a'), went('2', 'a'), collected('3', '2')],
    false,
  ],
  [
    'it was none, and the camera does not say by which event',
    [came('1', 'a'), wrong('2', undefined, 'a')],
    false,
  ],
  ['a correction of something older', [came('2', 'a'), wrong('3', '1')], true],
  ['it came a day ago', [came('1', 'a', NOW - KEEP_MS)], false],
  ['it came nearly a day ago', [came('1', 'a', NOW - KEEP_MS + 1)], true],
])('%s', (_, events, present) => {
  expect(packagesPresent(events, NOW).present).toBe(present);
});

it('tells until when, by the one that came last', () => {
  const events = [came('1', 'a', NOW - 5000), came('2', 'b', NOW - 1000)];
  expect(packagesPresent(events, NOW)).toEqual({ present: true, until: NOW - 1000 + KEEP_MS });
});
