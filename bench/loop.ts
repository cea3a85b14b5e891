/** How late the hub's event loop is: at rest, and while all that it does happens at once. */
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { Closing } from '../plugin/system/closing.ts';
import { type Doorway, PICTURE } from './doorway.ts';
import type { Group, RowSpec } from './report.ts';

const SECONDS = 10;
const SNAPSHOT_EVERY_MS = 250;

const ROWS: readonly RowSpec[] = [
  {
    name: 'loop-delay-rest-p99',
    what: `event loop of the hub's Homebridge, how late a timer fires, over ${SECONDS} s with one camera`,
    unit: 'ms',
  },
  {
    name: 'loop-delay-busy-p99',
    what: 'the same with two HomeKit live views, two browser live views, four snapshots a second, and a press each second that records',
    unit: 'ms',
  },
  { name: 'loop-delay-busy-max', what: 'the same, longest', unit: 'ms' },
];

export const loop: Group<Doorway> = {
  rows: ROWS,
  async measure(doorway) {
    await doorway.loopDelay();
    await wait(SECONDS * 1000);
    const rest = await doorway.loopDelay();
    const busy = await whileBusy(doorway);
    return {
      'loop-delay-rest-p99': { value: rest.p99, samples: rest.count },
      'loop-delay-busy-p99': { value: busy.p99, samples: busy.count },
      'loop-delay-busy-max': { value: busy.max, samples: busy.count },
    };
  },
};

async function whileBusy({ house, phone, loopDelay }: Doorway) {
  await using closing = new Closing();
  for (const stream of [0, 1]) closing.use(await phone.startLive({ ...PICTURE, fps: 15, stream }));
  const headers = { authorization: `Bearer ${house.token(['media'])}` };
  for (let count = 0; count < 2; count++) {
    const url = `${house.apiUrl.replace(/^http/, 'ws')}/api/v1/cameras/front-door/live`;
    const socket = new WebSocket(url, { headers });
    socket.on('error', () => {});
    closing.defer(() => socket.terminate());
  }
  await loopDelay();
  const end = performance.now() + SECONDS * 1000;
  for (let count = 0; performance.now() < end; count++) {
    const next = wait(SNAPSHOT_EVERY_MS);
    await phone.snapshot(PICTURE.width, PICTURE.height);
    if (count % 4 === 0) await house.simulators[0]?.ring();
    await next;
  }
  return await loopDelay();
}
