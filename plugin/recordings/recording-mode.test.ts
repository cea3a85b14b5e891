import { expect, test } from 'vitest';
import { recordingMode, whatIsRecorded } from './recording-mode.ts';

test.each([
  [undefined, 'events', 'events'],
  [undefined, 'both', 'both'],
  ['continuous', 'events', 'continuous'],
  ['off', 'both', 'off'],
] as const)('a camera with %s where all have %s: %s', (record, mode, expected) => {
  expect(recordingMode(record ? { record } : {}, { mode })).toBe(expected);
});

test.each([
  ['events', { clips: true, snapshots: true, continuous: false }],
  ['continuous', { clips: false, snapshots: true, continuous: true }],
  ['both', { clips: true, snapshots: true, continuous: true }],
  ['off', { clips: false, snapshots: false, continuous: false }],
] as const)('%s', (mode, recorded) => {
  expect(whatIsRecorded(mode)).toEqual(recorded);
});
