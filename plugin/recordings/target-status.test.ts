import { expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { TargetWatch } from './target-status.ts';

const problem = (code: string) => ({ code, what: 'It is not there.', cure: 'Bring it back.' });

test('an outage begins once, however its reason changes', () => {
  const clock = new ManualClock();
  const told: [string, number][] = [];
  const begin = clock.now();
  const watch = new TargetWatch(clock, ({ state, since }) => told.push([state, since - begin]));
  const later = (then: () => void) => {
    clock.advance(1000);
    then();
  };
  later(() => watch.ready());
  later(() => watch.away('missing', problem('target-missing')));
  later(() => watch.away('refused', problem('target-denied')));
  later(() => watch.away('missing', problem('target-missing')));
  later(() => watch.away('missing', problem('target-missing')));
  later(() => watch.ready());
  later(() => watch.away('refused', problem('target-full')));
  expect(told).toEqual([
    ['ready', 1000],
    ['missing', 2000],
    ['refused', 2000],
    ['missing', 2000],
    ['ready', 6000],
    ['refused', 7000],
  ]);
});
