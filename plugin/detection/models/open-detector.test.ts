import { expect, test } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { openDetector } from './open-detector.ts';

test('where it is not known which one was meant, none looks, and none other in its place', async () => {
  const opened = openDetector(
    { kind: 'unknown' },
    {
      startChild() {
        throw new Error('nothing is to be started');
      },
      ...{ clock: new ManualClock(), places: [], say() {} },
    },
  );
  await expect(opened).rejects.toMatchObject({ problem: { code: 'detector-failed' } });
});
