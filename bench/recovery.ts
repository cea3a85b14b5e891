/** How soon a camera is seen again after its power was cut. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Closing } from '../plugin/system/closing.ts';
import type { CamerasReply } from '../protocol/api.ts';
import { startHouse } from '../test/support/house.ts';
import { CAMERA } from './doorway.ts';
import type { Group, RowSpec } from './report.ts';
import { summarize } from './statistics.ts';

/** How long it is away, in ms: across several of our tries to reach it. */
const AWAY_MS = [500, 2000, 4000, 7000, 11_000, 16_000];
const ASK_EVERY_MS = 100;
const SETTLE_MS = 2000;

const ROWS: readonly RowSpec[] = [
  {
    name: 'recovery-median',
    what: `a camera is killed and comes back after ${AWAY_MS[0]} ms to ${(AWAY_MS.at(-1) ?? 0) / 1000} s: from serving its streams to the first picture of them in the hub`,
    unit: 'ms',
  },
  { name: 'recovery-max', what: 'the same, longest', unit: 'ms', target: 5000 },
];

export const recovery: Group<Closing> = {
  rows: ROWS,
  async measure(closing) {
    const house = closing.use(await startHouse({ doorbells: [{ simulator: CAMERA }] }));
    const headers = { authorization: `Bearer ${house.token(['events', 'media'])}` };
    const samples: number[] = [];
    for (const ms of AWAY_MS) {
      await wait(SETTLE_MS);
      const cutAt = Date.now();
      await house.cutPower(ms);
      const backAt = Date.now();
      samples.push(Math.max(0, (await onlineSince(cutAt)) - backAt));
    }
    const { median, max, count } = summarize(samples);
    return {
      'recovery-median': { value: median, samples: count },
      'recovery-max': { value: max, samples: count },
    };

    /** Epoch ms at which it came online again, after it had gone offline. */
    async function onlineSince(cutAt: number): Promise<number> {
      for (;;) {
        const reply = await fetch(`${house.apiUrl}/api/v1/cameras`, { headers });
        const [camera] = ((await reply.json()) as CamerasReply).cameras;
        if (camera?.online && camera.since > cutAt) return camera.since;
        await wait(ASK_EVERY_MS);
      }
    }
  },
};
