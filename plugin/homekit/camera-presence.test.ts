import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { createPresence, GRACE_MS, isMissing } from './camera-presence.ts';

const PROBLEM = { code: 'camera-unreachable', what: 'It does not answer.', cure: 'Look.' };
const online = { online: true, privacy: false };
const offline = { online: false, privacy: false };
const privacy = { online: false, privacy: true };

it.each([
  { what: 'online', state: online, wasOnline: false, missing: false },
  { what: 'not reached yet', state: offline, wasOnline: false, missing: false },
  { what: 'not reached, and why', state: { ...offline, problem: PROBLEM }, wasOnline: false, missing: true },
  { what: 'lost', state: offline, wasOnline: true, missing: true },
  { what: 'looking away', state: privacy, wasOnline: true, missing: false },
  { what: 'online, with a problem', state: { ...online, problem: PROBLEM }, wasOnline: true, missing: false },
])('$what: missing $missing', ({ state, wasOnline, missing }) => {
  expect(isMissing(state, wasOnline)).toBe(missing);
});

describe('a camera that goes and comes', () => {
  function start() {
    const clock = new ManualClock();
    const shown: boolean[] = [];
    return { clock, shown, presence: createPresence(clock, (gone) => shown.push(gone)) };
  }

  it('is gone after a moment, and back at once', () => {
    const { clock, shown, presence } = start();
    presence.take(online);
    presence.take(offline);
    clock.advance(GRACE_MS - 1);
    // More is told of it meanwhile.
    presence.take({ ...offline, problem: PROBLEM });
    expect(shown).toEqual([]);
    clock.advance(1);
    expect(shown).toEqual([true]);
    presence.take({ ...offline, problem: { ...PROBLEM, code: 'wrong-password' } });
    presence.take(online);
    expect(shown).toEqual([true, false]);
    expect(clock.pending).toBe(0);
  });

  it('was never gone when it is back soon', () => {
    const { clock, shown, presence } = start();
    presence.take(online);
    presence.take(offline);
    clock.advance(GRACE_MS / 2);
    presence.take(online);
    clock.advance(GRACE_MS);
    expect(shown).toEqual([]);
  });

  it('is not gone because it looks away, nor while it comes back from that', () => {
    const { clock, shown, presence } = start();
    presence.take(online);
    presence.take(privacy);
    clock.advance(GRACE_MS);
    presence.take(offline);
    clock.advance(GRACE_MS);
    expect(shown).toEqual([]);
    presence.take({ ...offline, problem: PROBLEM });
    clock.advance(GRACE_MS);
    expect(shown).toEqual([true]);
    presence.take(privacy);
    expect(shown).toEqual([true, false]);
  });

  it('leaves no timer behind', () => {
    const { clock, presence } = start();
    presence.take({ ...offline, problem: PROBLEM });
    presence.stop();
    expect(clock.pending).toBe(0);
  });
});
