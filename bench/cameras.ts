/** What several cameras cost while nobody looks. */
import { setTimeout as wait } from 'node:timers/promises';
import { Closing } from '../plugin/system/closing.ts';
import { startSimulator } from '../simulator/simulator-process.ts';
import { startHouse } from '../test/support/house.ts';
import { CAMERA } from './doorway.ts';
import { observe, total } from './observe.ts';
import type { Group, Measured, RowSpec } from './report.ts';

const COUNTS = [1, 4, 8];
const SETTLE_MS = 12_000;
const SECONDS = 20;

const named = (count: number) => (count === 1 ? 'one camera' : `${count} cameras`);
const ROWS: readonly RowSpec[] = COUNTS.flatMap((count): RowSpec[] => [
  {
    name: `cameras-${count}-cpu`,
    what: `a whole Homebridge with ${named(count)} at rest, each with a main stream and a sub-stream, its children included, over ${SECONDS} s`,
    unit: '% of a core',
  },
  { name: `cameras-${count}-memory`, what: 'the same, resident memory', unit: 'MiB' },
]);

/** One simulated doorbell serves them all: eight that encode would leave nothing of a small machine. */
export const cameras: Group<Closing> = {
  rows: ROWS,
  async measure(closing) {
    const { main, sub } = closing.use(await startSimulator(CAMERA));
    const measured: Record<string, Measured> = {};
    for (const count of COUNTS) {
      const part = closing.use(new Closing());
      const names = Array.from({ length: count }, (_, index) => `Door ${index + 1}`);
      const config = { cameras: names.map((name) => ({ name, kind: 'doorbell', main, detect: sub })) };
      const house = part.use(await startHouse({ doorbells: [], config }));
      await wait(SETTLE_MS);
      const [family] = await observe([house.homebridge.pid ?? 0], SECONDS);
      if (!family) throw new Error('Homebridge was not watched.');
      measured[`cameras-${count}-cpu`] = { value: total(family, 'cpu'), samples: 1 };
      measured[`cameras-${count}-memory`] = { value: total(family, 'memory'), samples: 1 };
      await part[Symbol.asyncDispose]();
    }
    return measured;
  },
};
