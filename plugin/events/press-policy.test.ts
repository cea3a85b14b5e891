import { expect, it } from 'vitest';
import { isSamePress, SAME_PRESS_MS } from './press-policy.ts';

it.each([
  { what: 'the first one', lastAt: undefined, now: 0, same: false },
  { what: 'a bounce', lastAt: 1000, now: 1005, same: true },
  { what: 'ONVIF after the webhook', lastAt: 1000, now: 1000 + SAME_PRESS_MS - 1, same: true },
  { what: 'an impatient visitor', lastAt: 1000, now: 1000 + SAME_PRESS_MS, same: false },
])('$what', ({ lastAt, now, same }) => {
  expect(isSamePress({ lastAt, now })).toBe(same);
});
