import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AlertFacts,
  type AlertRules,
  alertSubject,
  decideAlert,
  homeMatters,
} from './alert-decision.ts';

const NOON = new Date('2026-11-22T12:00:00').getTime();
const NIGHT = new Date('2026-11-22T23:00:00').getTime();
const MORNING = new Date('2026-11-23T07:00:00').getTime();

const RULES: AlertRules = {
  quiet: { from: 22 * 60, to: 7 * 60, days: [0, 1, 2, 3, 4, 5, 6] },
  cooldownMs: 60_000,
  always: ['doorbell', 'package/removed'],
  holdReplayed: true,
  testsPass: true,
};
const MOTION: AlertFacts = {
  ...{ line: 'cam-1/motion', kind: 'motion', phase: 'motion/start', replay: false, test: false },
  ...{ now: NOON, home: undefined, passedAt: undefined },
};
const RING = { line: 'cam-1/doorbell', kind: 'doorbell', phase: 'doorbell/ring' };
const TAKEN = { line: 'cam-1/package', kind: 'package', phase: 'package/removed' };
const DELIVERED = { ...TAKEN, phase: 'package/delivered' };

describe('what passes, and what is held', () => {
  it.each<[string, Partial<AlertFacts>, Partial<AlertRules>, string, number?]>([
    ['motion by day', {}, {}, 'pass'],
    ['motion by night', { now: NIGHT }, {}, 'quiet', MORNING],
    ['without quiet hours', { now: NIGHT }, { quiet: undefined }, 'pass'],
    ['while somebody is home', { home: true }, {}, 'home'],
    ['while nobody is home', { home: false }, {}, 'pass'],
    ['by night, while somebody is home', { now: NIGHT, home: true }, {}, 'quiet', MORNING],
    ['soon after another', { passedAt: NOON - 59_999 }, {}, 'cooldown', NOON + 1],
    ['when the cooldown is over', { passedAt: NOON - 60_000 }, {}, 'pass'],
    ['without cooldown', { passedAt: NOON }, { cooldownMs: 0 }, 'pass'],
    ['after the clock was set back', { passedAt: NOON + 60_000 }, {}, 'pass'],
    ['a ring by night', { ...RING, now: NIGHT, home: true }, {}, 'pass'],
    ['a ring soon after another', { ...RING, passedAt: NOON }, {}, 'pass'],
    ['a package that goes', { ...TAKEN, now: NIGHT, home: true }, {}, 'pass'],
    ['a package that comes by night', { ...DELIVERED, now: NIGHT }, {}, 'quiet', MORNING],
    ['what was missed', { replay: true }, {}, 'missed'],
    ['a ring that was missed', { ...RING, replay: true }, {}, 'missed'],
    ['what was missed, where that passes', { replay: true }, { holdReplayed: false }, 'pass'],
    ['a test by night', { test: true, now: NIGHT, home: true, passedAt: NIGHT }, {}, 'pass'],
    ['a test that is as good as any', { test: true, now: NIGHT }, { testsPass: false }, 'quiet', MORNING],
  ])('%s', (_what, facts, rules, outcome, until) => {
    const decision = decideAlert({ ...RULES, ...rules }, { ...MOTION, ...facts });
    if (decision.pass) return expect('pass').toBe(outcome);
    expect(decision).toEqual({ pass: false, reason: outcome, ...(until !== undefined && { until }) });
  });

  it('a test leaves no cooldown behind', () => {
    expect(decideAlert(RULES, { ...MOTION, test: true })).toEqual({ pass: true, startsCooldown: false });
    expect(decideAlert(RULES, MOTION)).toEqual({ pass: true, startsCooldown: true });
  });
});

it.each<[string, Partial<AlertFacts>, boolean]>([
  ['motion by day', {}, true],
  ['motion by night', { now: NIGHT }, false],
  ['what always passes', RING, false],
  ['what was missed', { replay: true }, false],
  ['a test', { test: true }, false],
])('whether it matters who is home: %s', (_what, facts, matters) => {
  const subject = { ...MOTION, ...facts };
  expect(homeMatters(RULES, subject, subject.now)).toBe(matters);
});

describe('whatever the rules', () => {
  const minutes = fc.integer({ min: 0, max: 1439 });
  const rules = fc.record({
    quiet: fc.option(
      fc.record({ from: minutes, to: minutes, days: fc.uniqueArray(fc.integer({ min: 0, max: 6 })) }),
      { nil: undefined },
    ),
    cooldownMs: fc.integer({ min: 0, max: 86_400_000 }),
    always: fc.uniqueArray(fc.constantFrom('doorbell', 'motion', 'package/removed')),
    holdReplayed: fc.boolean(),
    testsPass: fc.boolean(),
  });
  const facts = fc.record({
    now: fc.integer({ min: NOON, max: NOON + 400 * 86_400_000 }),
    home: fc.constantFrom(true, false, undefined),
    passedAt: fc.option(fc.integer({ min: NOON - 86_400_000, max: NOON }), { nil: undefined }),
    replay: fc.boolean(),
    test: fc.boolean(),
  });
  const subjects = fc.constantFrom(RING, TAKEN, DELIVERED, MOTION);

  it('what always passes is held for nothing but being missed', () => {
    fc.assert(
      fc.property(rules, facts, (each, fact) => {
        const decision = decideAlert({ ...each, always: ['doorbell'] }, { ...MOTION, ...fact, ...RING });
        if (!decision.pass) expect(decision.reason).toBe('missed');
      }),
    );
  });

  it('`until` lies ahead, and this reason is none from then on', () => {
    fc.assert(
      fc.property(rules, facts, subjects, (each, fact, subject) => {
        const all = { ...MOTION, ...subject, ...fact };
        const decision = decideAlert(each, all);
        if (decision.pass || decision.until === undefined) return;
        expect(decision.until).toBeGreaterThan(all.now);
        const later = decideAlert(each, { ...all, now: decision.until });
        // Quiet hours that last a whole day begin anew.
        if (decision.reason === 'quiet' && each.quiet?.from === each.quiet?.to) return;
        expect(later.pass ? 'pass' : later.reason).not.toBe(decision.reason);
      }),
    );
  });

  it('of one camera and kind, two pass within a cooldown only where that was said', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 30 });
    fc.assert(
      fc.property(rules, gaps, (each, waits) => {
        let now = NOON;
        let passedAt: number | undefined;
        for (const wait of waits) {
          now += wait;
          const decision = decideAlert({ ...each, always: [] }, { ...MOTION, now, passedAt });
          if (!decision.pass) continue;
          if (passedAt !== undefined) expect(now - passedAt).toBeGreaterThanOrEqual(each.cooldownMs);
          passedAt = now;
        }
      }),
    );
  });
});

describe('what a message is about', () => {
  it.each<[string, Record<string, unknown>, object]>([
    [
      'its event',
      {
        topic: 'x',
        event: {
          kind: 'package',
          phase: 'removed',
          camera: { id: 'cam-1', slug: 'front-door' },
          replay: true,
        },
      },
      { line: 'cam-1/package', kind: 'package', phase: 'package/removed', replay: true, test: false },
    ],
    [
      'an event of the hub itself',
      { event: { kind: 'storage', phase: 'nas-missing', test: true } },
      { line: 'hub/storage', kind: 'storage', phase: 'storage/nas-missing', replay: false, test: true },
    ],
    [
      'a topic as ours',
      { topic: 'garden/motion/start' },
      { line: 'garden/motion', kind: 'motion', phase: 'motion/start', replay: false, test: false },
    ],
    ['any topic', { topic: 'washing machine' }, { line: 'washing machine', kind: '', phase: '' }],
    [
      'something odd',
      { event: { kind: 'motion', phase: {}, camera: { id: Object.create(null) } } },
      { line: 'hub/motion', phase: 'motion/' },
    ],
    ['no topic', { payload: 1, event: null }, { line: '', kind: '', phase: '' }],
  ])('%s', (_what, message, subject) => {
    expect(alertSubject(message)).toMatchObject(subject);
  });
});
