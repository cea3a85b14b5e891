import { expect, test } from 'vitest';
import { TARGET_FAULTS, type TargetFault } from '../keeper/contract.ts';
import {
  afterFailure,
  backOff,
  type Failure,
  type ForwardNeeds,
  meaningOf,
  nextStep,
  standBack,
  stateFor,
} from './forward-policy.ts';

const nothing: ForwardNeeds = {
  ...{ deletion: false, snapshot: false, recording: false, sidecar: false, day: false, rebuilding: false },
};

test.each<[string, (keyof ForwardNeeds)[], string]>([
  ['nothing waits', [], 'rest'],
  ['removals make room first', ['deletion', 'recording', 'snapshot'], 'deletion'],
  ['a picture before footage', ['recording', 'snapshot'], 'snapshot'],
  ['footage before what is said of it', ['recording', 'sidecar', 'day'], 'recording'],
  ['days last', ['sidecar', 'day'], 'sidecar'],
  ['a day', ['day'], 'day'],
  ['nothing goes by a half-made index', ['deletion', 'day', 'rebuilding'], 'rest'],
  ['footage goes out meanwhile', ['deletion', 'recording', 'rebuilding'], 'recording'],
])('%s', (_, needs, step) => {
  const all = Object.fromEntries(needs.map((need) => [need, true]));
  expect(nextStep({ ...nothing, ...all })).toBe(step);
});

test('faults in a row are waited for ever longer, up to a minute', () => {
  expect([1, 2, 3, 6, 7, 1000].map(backOff)).toEqual([1000, 2000, 4000, 32_000, 60_000, 60_000]);
});

test('a file that fails stands back for the others, up to half an hour', () => {
  expect([1, 2, 1000].map(standBack)).toEqual([10_000, 20_000, 1_800_000]);
});

const MEANINGS: Record<TargetFault, [ReturnType<typeof meaningOf>, ReturnType<typeof stateFor>]> = {
  missing: ['target', 'missing'],
  'no-marker': ['target', 'missing'],
  other: ['target', 'missing'],
  stuck: ['target', 'missing'],
  outside: ['target', 'refused'],
  denied: ['target', 'refused'],
  certificate: ['target', 'refused'],
  full: ['target', 'refused'],
  'read-only': ['target', 'refused'],
  'bad-piece': ['piece', 'refused'],
  corrupt: ['file', 'refused'],
  'not-found': ['file', 'refused'],
  failed: ['file', 'refused'],
};

test.each(TARGET_FAULTS)('%s has a meaning and a state', (fault) => {
  expect([meaningOf(fault), stateFor(fault, true)]).toEqual(MEANINGS[fault]);
});

test('a place that nobody set up waits for the owner', () => {
  expect(stateFor('no-marker', false)).toBe('waiting');
});

test.each<[string, Partial<Failure>, string]>([
  ['footage that is refused speaks for the target', { fault: 'denied' }, 'target'],
  ['one file that fails does not', { fault: 'failed' }, 'file'],
  ['the third in a row does', { fault: 'failed', inARow: 3 }, 'target'],
  ['a picture is brought there too', { step: 'snapshot', fault: 'missing' }, 'target'],
  ['what hangs is tried once more', { fault: 'stuck' }, 'target'],
  ['what hangs twice lets the others go first', { fault: 'stuck', failures: 2 }, 'prove'],
  ['an old file with other rights', { step: 'deletion', fault: 'denied' }, 'file'],
  ['many of them', { step: 'deletion', fault: 'denied', inARow: 3 }, 'prove'],
  ['a bad block below a sidecar, or a target that went', { step: 'sidecar', fault: 'missing' }, 'prove'],
  ['a day that cannot be written', { step: 'day', fault: 'denied' }, 'file'],
  ['no room for a sidecar is no room for anything', { step: 'sidecar', fault: 'full' }, 'target'],
  ['a piece that is damaged', { fault: 'bad-piece' }, 'piece'],
])('%s', (_, given, verdict) => {
  expect(afterFailure({ step: 'recording', fault: 'failed', failures: 1, inARow: 1, ...given })).toBe(
    verdict,
  );
});
