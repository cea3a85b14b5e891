import { expect, it } from 'vitest';
import { pictureOf } from './tell-pictures.ts';

it.each([
  ['a press', { kind: 'doorbell', phase: 'ring' }, undefined, { name: 'ring' }],
  ['what was put down', { kind: 'package', phase: 'delivered' }, undefined, { name: 'package' }],
  ['what went', { kind: 'package', phase: 'removed' }, undefined, { name: 'package', bestSince: 380_000 }],
  ['a correction', { kind: 'package', phase: 'corrected' }, undefined, undefined],
  ['somebody', { kind: 'motion', phase: 'start', label: 'person' }, undefined, { name: 'person' }],
  ['somebody after all', { kind: 'motion', phase: 'update', label: 'person' }, 7, { name: 'person' }],
  [
    'the end of a visit',
    { kind: 'motion', phase: 'end', label: 'person' },
    7,
    { name: 'person', bestSince: 7 },
  ],
  [
    'the end of one that nobody saw begin',
    { kind: 'motion', phase: 'end', label: 'person' },
    undefined,
    undefined,
  ],
  ['what is nobody', { kind: 'motion', phase: 'start', label: 'motion' }, undefined, undefined],
  ['a clip', { kind: 'clip', phase: 'ready' }, undefined, undefined],
] as const)('%s', (_, event, visitBegan, expected) => {
  expect(pictureOf({ ...event, at: 500_000 } as Parameters<typeof pictureOf>[0], visitBegan)).toEqual(
    expected,
  );
});
