/** A gate in a process of its own that is killed at one point of a release. Arguments: folder of the house, share, clock, point. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GateEntry } from '../../plugin/sharing/gate/entry.ts';
import { Gate } from '../../plugin/sharing/gate/gate.ts';
import { ManualClock } from './manual-clock.ts';

const [root = '', now = '', wanted = ''] = process.argv.slice(2);
const reach = (point: string) => {
  if (point === wanted) process.kill(process.pid, 'SIGKILL');
};

const clock = new ManualClock(Number(now));
const gate = new Gate({
  folder: join(root, 'gate'),
  clock,
  audit: {
    append: async (entry: GateEntry) => {
      reach(`before ${entry.kind}`);
      appendFileSync(join(root, 'log'), `${JSON.stringify(entry)}\n`);
      reach(`after ${entry.kind}`);
    },
  },
  send: async ({ shareId }) => {
    reach('before send');
    appendFileSync(join(root, 'sent'), `${shareId}\n`);
    reach('after send');
  },
  hashFile: async () => {
    reach('before intent');
    return process.argv[5] ?? '';
  },
});
// A restart begins the wait anew.
clock.advance(600_000);
await gate.tick();
reach('end');
