import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { quietUntil, readQuietHours } from './quiet-hours.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const night = { from: 22 * 60, to: 7 * 60, days: [0, 1, 2, 3, 4, 5, 6] };
const at = (text: string) => new Date(text).getTime();

describe('in Berlin', () => {
  it.each([
    ['before they begin', '2026-11-22T21:59:59', undefined],
    ['as they begin', '2026-11-22T22:00:00', '2026-11-23T07:00:00'],
    ['after midnight', '2026-11-23T03:00:00', '2026-11-23T07:00:00'],
    ['as they end', '2026-11-23T07:00:00', undefined],
    // Clocks go forward at 2:00: the night is an hour shorter.
    ['in the night into summer', '2026-03-28T23:30:00', '2026-03-29T07:00:00'],
    // And back at 3:00: it is an hour longer.
    ['in the night into winter', '2026-10-24T23:30:00', '2026-10-25T07:00:00'],
  ])('%s', (_when, now, end) => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    expect(quietUntil(night, at(now))).toBe(end && at(end));
  });

  it('an hour that the clocks skip is over as soon as it would begin', () => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    const skipped = { from: 2 * 60, to: 3 * 60, days: night.days };
    expect(quietUntil(skipped, at('2026-03-29T01:59:59'))).toBeUndefined();
    expect(quietUntil(skipped, at('2026-03-29T03:00:00'))).toBeUndefined();
  });

  it('an hour that the clocks repeat is quiet both times', () => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    const twice = { from: 2 * 60, to: 3 * 60, days: night.days };
    expect(quietUntil(twice, at('2026-10-25T02:30:00+02:00'))).toBe(at('2026-10-25T03:00:00+01:00'));
    expect(quietUntil(twice, at('2026-10-25T02:30:00+01:00'))).toBe(at('2026-10-25T03:00:00+01:00'));
  });
});

it('by day, and all day long', () => {
  const nap = { from: 13 * 60, to: 15 * 60, days: night.days };
  expect(quietUntil(nap, at('2026-11-22T14:00:00'))).toBe(at('2026-11-22T15:00:00'));
  expect(quietUntil(nap, at('2026-11-22T12:59:00'))).toBeUndefined();
  const always = { from: 0, to: 0, days: night.days };
  expect(quietUntil(always, at('2026-11-22T14:00:00'))).toBe(at('2026-11-23T00:00:00'));
});

it('a day is the one on which they begin', () => {
  // 2026-11-21 is a Saturday.
  const saturdays = { ...night, days: [6] };
  expect(quietUntil(saturdays, at('2026-11-21T23:00:00'))).toBe(at('2026-11-22T07:00:00'));
  expect(quietUntil(saturdays, at('2026-11-22T06:00:00'))).toBe(at('2026-11-22T07:00:00'));
  expect(quietUntil(saturdays, at('2026-11-21T06:00:00'))).toBeUndefined();
  expect(quietUntil(saturdays, at('2026-11-22T23:00:00'))).toBeUndefined();
});

it.each(['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC'])(
  'in %s they end in the future, within two days, and are over then or begin anew',
  (zone) => {
    vi.stubEnv('TZ', zone);
    const minutes = fc.integer({ min: 0, max: 24 * 60 - 1 });
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 });
    const now = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') });
    fc.assert(
      fc.property(minutes, minutes, days, now, (from, to, chosen, time) => {
        const until = quietUntil({ from, to, days: chosen }, time);
        if (until === undefined) return;
        expect(until).toBeGreaterThan(time);
        expect(until - time).toBeLessThanOrEqual(26 * 60 * 60_000);
        const next = quietUntil({ from, to, days: chosen }, until);
        // Only those that last a whole day go on without a pause.
        if (to !== from) expect(next).toBeUndefined();
      }),
    );
  },
);

it.each([
  ['22:00', '07:00', [], { from: 1320, to: 420, days: [0, 1, 2, 3, 4, 5, 6] }],
  ['9:05', '17:30', [1, '2', 9], { from: 545, to: 1050, days: [1, 2] }],
  ['24:00', '07:00', [], undefined],
  ['', '07:00', [], undefined],
  ['22:00', undefined, undefined, undefined],
])('%j to %j on %j', (from, to, days, hours) => {
  expect(readQuietHours(from, to, days)).toEqual(hours);
});
