import { expect, test, vi } from 'vitest';
import type { VideoFacts } from '../../protocol/api.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { SnapshotOptions, Still } from '../camera/contract.ts';
import { createVisitStill } from './visit-still.ts';

function start() {
  const clock = new ManualClock();
  const asked: PromiseWithResolvers<Still>[] = [];
  const wanted: (SnapshotOptions | undefined)[] = [];
  const video = { codec: 'h264', width: 2560, height: 1440, fps: 25 } as VideoFacts;
  const visit = createVisitStill(
    {
      state: { online: true, since: 0, privacy: false, video },
      snapshot(options) {
        wanted.push(options);
        const one = Promise.withResolvers<Still>();
        asked.push(one);
        return one.promise;
      },
    },
    clock,
  );
  const still = (name: string, more: Partial<Still> = {}): Still => ({
    ...{ jpeg: Buffer.from(name), width: 2, height: 2, takenAt: clock.now(), source: 'decoded' },
    ...more,
  });
  const best = () => visit.best()?.jpeg.toString();
  return { clock, visit, best, still, asked, wanted };
}

test('the best look is kept, also for a while after the visit', async () => {
  const { clock, visit, best, still, asked } = start();
  visit.betterLook(clock.now());
  asked[0]?.resolve(still('first'));
  await vi.waitFor(() => expect(best()).toBe('first'));
  clock.advance(3000);
  visit.betterLook(clock.now());
  expect(best()).toBe('first');
  asked[1]?.resolve(still('better'));
  await vi.waitFor(() => expect(best()).toBe('better'));
  visit.over();
  clock.advance(140_000);
  expect(best()).toBe('better');
  clock.advance(20_000);
  expect(best()).toBeUndefined();
});

test('the next visit has a picture of its own, or none', async () => {
  const { clock, visit, best, still, asked } = start();
  visit.betterLook(clock.now());
  asked[0]?.resolve(still('first'));
  await vi.waitFor(() => expect(best()).toBe('first'));
  visit.over();
  visit.betterLook(clock.now());
  expect(best()).toBeUndefined();
  asked[1]?.reject(new Error('no picture'));
  await Promise.allSettled([asked[1]?.promise]);
  expect(best()).toBeUndefined();
});

test.each<[string, Partial<Still>]>([
  ['of another moment', { takenAt: 0 }],
  ['of privacy mode', { source: 'privacy' }],
  ['that is drawn', { source: 'placeholder' }],
])('a picture %s is none of the visit', async (_, more) => {
  const { clock, visit, best, still, asked } = start();
  visit.betterLook(clock.now());
  asked[0]?.resolve(still('other', more));
  await Promise.allSettled([asked[0]?.promise]);
  expect(best()).toBeUndefined();
});

test('what shall not be shown any more is forgotten, also where it comes late', async () => {
  const { clock, visit, best, still, asked } = start();
  visit.betterLook(clock.now());
  visit.forget();
  asked[0]?.resolve(still('late'));
  await Promise.allSettled([asked[0]?.promise]);
  expect(best()).toBeUndefined();
});

test('it is asked for as large as the camera has it, and a larger one is not given away for a smaller one', async () => {
  const { clock, visit, best, still, asked, wanted } = start();
  clock.advance(10_000);
  visit.betterLook(clock.now() - 500);
  expect(wanted).toEqual([{ width: 2560, maxAgeMs: 2500 }]);
  asked[0]?.resolve(still('small', { width: 640 }));
  await vi.waitFor(() => expect(best()).toBe('small'));
  visit.betterLook(clock.now());
  asked[1]?.resolve(still('large', { width: 2560 }));
  await vi.waitFor(() => expect(best()).toBe('large'));
  visit.betterLook(clock.now());
  asked[2]?.resolve(still('small again', { width: 640 }));
  await Promise.allSettled([asked[2]?.promise]);
  expect(best()).toBe('large');
});
