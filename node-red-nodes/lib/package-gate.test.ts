import { expect, test } from 'vitest';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { PackageGate, type PackageLimits, type Verdict } from './package-gate.ts';

interface Facts extends Partial<Pick<DoorstepEvent, 'id' | 'score' | 'zone' | 'supersedes'>> {
  verdict?: Verdict;
}

function parcel(
  phase: 'delivered' | 'removed' | 'corrected',
  { verdict, ...rest }: Facts = {},
): DoorstepEvent {
  return {
    ...{ schema: 1, id: 'e1', seq: 1, kind: 'package', phase, at: 1, detectedAt: 1, sentAt: 1 },
    package: { id: 'p', count: 1, ...(verdict && { verdict }) },
    ...rest,
  };
}
const all: PackageLimits = { minScore: 0, zone: '', verdicts: [] };
const outputs = (limits: Partial<PackageLimits>, events: DoorstepEvent[]) => {
  const gate = new PackageGate({ ...all, ...limits });
  return events.map((event) => gate.take(event));
};

test.each<[string, Partial<PackageLimits>, DoorstepEvent[], (string | undefined)[]]>([
  [
    'each has its output',
    {},
    [parcel('delivered'), parcel('removed', { verdict: 'taken' }), parcel('removed'), parcel('corrected')],
    ['delivered', 'removed', 'removed', 'other'],
  ],
  [
    'removals of another verdict are the rest',
    { verdicts: ['taken', 'unknown'] },
    [parcel('removed', { verdict: 'collected' }), parcel('removed', { verdict: 'taken' }), parcel('removed')],
    ['other', 'removed', 'removed'],
  ],
  [
    'without a verdict nobody knows',
    { verdicts: ['taken'] },
    [parcel('removed'), parcel('removed', { verdict: 'unknown' })],
    ['other', 'other'],
  ],
  [
    'weak ones are left out, those without a score are not',
    { minScore: 0.5 },
    [parcel('delivered', { score: 0.4 }), parcel('removed', { score: 0.4 }), parcel('delivered')],
    [undefined, undefined, 'delivered'],
  ],
  [
    'one area only',
    { zone: 'doorstep' },
    [parcel('delivered', { zone: 'doorstep' }), parcel('delivered')],
    ['delivered', undefined],
  ],
  [
    'a correction goes where went what it corrects',
    { minScore: 0.5, zone: 'doorstep' },
    [
      parcel('delivered', { id: 'weak', score: 0.4, zone: 'doorstep' }),
      parcel('corrected', { id: 'no', supersedes: 'weak' }),
      parcel('corrected', { supersedes: 'no' }),
      parcel('corrected', { supersedes: 'before our time', score: 0.1 }),
    ],
    [undefined, undefined, undefined, 'other'],
  ],
])('%s', (_what, limits, events, expected) => {
  expect(outputs(limits, events)).toEqual(expected);
});
