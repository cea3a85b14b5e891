import { expect, test } from 'vitest';
import { ProblemError } from '../system/problem.ts';
import { type Cause, gapReasonOf, gapsBetween, type Stretch } from './gap-policy.ts';

const offline = { since: 0, reason: 'camera-offline' } as const;
const MINUTE = 60_000;

test.each<[string, number, number, Cause[], Stretch[]]>([
  ['nothing is missing', 1000, 1000, [offline], []],
  ['a quick reconnect', 1000, 2499, [offline], []],
  ['a camera that was away', 1000, 2500, [offline], [{ from: 1000, to: 2500, reason: 'camera-offline' }]],
  ['recordings that overlap', 9000, 1000, [offline], []],
  [
    'a hub that was away, and its camera a moment later',
    1000,
    MINUTE + 9000,
    [
      { since: 1000, reason: 'hub-stopped' },
      { since: MINUTE, reason: 'camera-offline' },
    ],
    [{ from: 1000, to: MINUTE + 9000, reason: 'hub-stopped' }],
  ],
  [
    'a hub that was away, and its camera for longer',
    1000,
    3 * MINUTE,
    [
      { since: 1000, reason: 'hub-stopped' },
      { since: MINUTE, reason: 'camera-offline' },
    ],
    [
      { from: 1000, to: MINUTE, reason: 'hub-stopped' },
      { from: MINUTE, to: 3 * MINUTE, reason: 'camera-offline' },
    ],
  ],
  [
    'a hub that was restarted at once, and its camera that needs a moment',
    1000,
    9000,
    [
      { since: 1000, reason: 'hub-stopped' },
      { since: 2000, reason: 'camera-offline' },
    ],
    [{ from: 1000, to: 9000, reason: 'hub-stopped' }],
  ],
  [
    'privacy mode while the camera was away',
    0,
    4 * MINUTE,
    [offline, { since: MINUTE, reason: 'privacy' }, { since: 3 * MINUTE, reason: 'camera-offline' }],
    [
      { from: 0, to: MINUTE, reason: 'camera-offline' },
      { from: MINUTE, to: 3 * MINUTE, reason: 'privacy' },
      { from: 3 * MINUTE, to: 4 * MINUTE, reason: 'camera-offline' },
    ],
  ],
  [
    'privacy mode that begins a moment after the last picture',
    0,
    MINUTE,
    [offline, { since: 400, reason: 'privacy' }],
    [{ from: 0, to: MINUTE, reason: 'privacy' }],
  ],
  [
    'a disk that fails again and again',
    0,
    MINUTE,
    [offline, { since: 0, reason: 'disk-full' }, { since: 1000, reason: 'disk-full' }],
    [{ from: 0, to: MINUTE, reason: 'disk-full' }],
  ],
  [
    'a clock set forward',
    0,
    60 * MINUTE,
    [offline, { since: 0, reason: 'clock-stepped' }],
    [{ from: 0, to: 60 * MINUTE, reason: 'clock-stepped' }],
  ],
  [
    'a clock set back',
    60 * MINUTE,
    0,
    [offline, { since: 0, reason: 'clock-stepped' }],
    [{ from: 0, to: 0, reason: 'clock-stepped' }],
  ],
])('%s', (_, from, to, causes, gaps) => {
  expect(gapsBetween(from, to, causes)).toEqual(gaps);
});

const problem = (code: string) => new ProblemError({ code, what: 'It failed.', cure: 'Mend it.' });

test.each([
  [problem('disk-full'), 'disk-full'],
  [problem('spool-full'), 'spool-full'],
  [problem('recordings-not-writable'), 'disk-error'],
  [new Error('EIO'), 'disk-error'],
])('%s is told as %s', (error, reason) => {
  expect(gapReasonOf(error)).toBe(reason);
});
