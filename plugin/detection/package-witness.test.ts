import { describe, expect, it } from 'vitest';
import { hearOfPackage, type PackageState, packageStateAfter } from './package-witness.ts';

const newId = () => 'p1';
const delivered = (at: number) => ({ type: 'delivered', at, newId }) as const;
const lying: PackageState = { id: 'p0', count: 1, deliveredAt: 1000 };

describe('hearOfPackage', () => {
  it('a first package is delivered', () => {
    expect(hearOfPackage(undefined, delivered(5000))).toEqual({
      state: { id: 'p1', count: 1, deliveredAt: 5000 },
      event: {
        kind: 'package',
        phase: 'delivered',
        at: 5000,
        package: { id: 'p1', count: 1, deliveredAt: 5000 },
      },
    });
  });

  it('the same one said again is no news', () => {
    expect(hearOfPackage(lying, delivered(30_000))).toEqual({ state: lying });
  });

  it('one more makes two, under the same id', () => {
    const { state, event } = hearOfPackage(lying, delivered(100_000));
    expect(state).toEqual({ id: 'p0', count: 2, deliveredAt: 100_000 });
    expect(event).toMatchObject({ phase: 'delivered', package: { count: 2 } });
  });

  it('what goes was there for a while, and nobody knows who took it', () => {
    expect(hearOfPackage(lying, { type: 'removed', at: 61_000 })).toEqual({
      state: undefined,
      event: {
        kind: 'package',
        phase: 'removed',
        at: 61_000,
        package: { id: 'p0', count: 1, deliveredAt: 1000, presentForMs: 60_000, verdict: 'unknown' },
      },
    });
  });

  it('what was not there cannot go', () => {
    expect(hearOfPackage(undefined, { type: 'removed', at: 1 })).toEqual({ state: undefined });
  });
});

it.each([
  ['nothing', undefined, undefined],
  ['delivered', { phase: 'delivered', package: lying }, lying],
  ['removed', { phase: 'removed', package: { ...lying, verdict: 'taken' } }, undefined],
  ['corrected to none', { phase: 'corrected', package: { ...lying, count: 0 } }, undefined],
  ['corrected to two', { phase: 'corrected', package: { ...lying, count: 2 } }, { ...lying, count: 2 }],
] as const)('packageStateAfter: %s', (_, newest, state) => {
  expect(packageStateAfter(newest)).toEqual(state);
});
