/** What one camera costs while nobody looks: all candidates run side by side for the same seconds. */
import { setTimeout as wait } from 'node:timers/promises';
import { findFfmpeg } from '../plugin/camera/ffmpeg.ts';
import { startChild } from '../plugin/system/child.ts';
import { systemClock } from '../plugin/system/clock.ts';
import type { Closing } from '../plugin/system/closing.ts';
import { startHouse } from '../test/support/house.ts';
import { CAMERA } from './doorway.ts';
import { NOTHING, observe, sum, total } from './observe.ts';
import { PEER, startPeer } from './peer.ts';
import type { Group, RowSpec } from './report.ts';

const SETTLE_MS = 15_000;
const SECONDS = 40;

const BARE = 'one ffmpeg that copies both streams to nowhere (-c copy -f null)';
const ROWS: readonly RowSpec[] = [
  {
    name: 'rest-cpu',
    what: `one camera at rest: its ffmpeg processes, and what Homebridge uses more than without a camera, over ${SECONDS} s`,
    unit: '% of a core',
    against: BARE,
  },
  { name: 'rest-cpu-hub', what: 'of that, the hub', unit: '% of a core' },
  { name: 'rest-cpu-main', what: 'of that, ffmpeg copying the main stream', unit: '% of a core' },
  {
    name: 'rest-cpu-sub',
    what: 'of that, ffmpeg decoding the sub-stream for motion and small pictures',
    unit: '% of a core',
  },
  {
    name: 'rest-cpu-keyframes',
    what: 'of that, ffmpeg decoding keyframes for snapshots',
    unit: '% of a core',
  },
  { name: 'rest-memory', what: 'the same processes, resident memory', unit: 'MiB', against: BARE },
  { name: 'rest-memory-hub', what: 'of that, the hub', unit: 'MiB' },
  {
    name: 'rest-cpu-homebridge',
    what: 'a whole Homebridge with one camera at rest, its children included',
    unit: '% of a core',
    against: `${PEER}, which reads no stream at rest`,
  },
  {
    name: 'rest-memory-homebridge',
    what: 'the same, resident memory',
    unit: 'MiB',
    against: `${PEER}, which reads no stream at rest`,
  },
];

export const rest: Group<Closing> = {
  rows: ROWS,
  async measure(closing) {
    const { path: ffmpeg } = await findFfmpeg({}, { startChild, clock: systemClock });
    const empty = closing.use(await startHouse({ doorbells: [] }));
    const house = closing.use(await startHouse({ doorbells: [{ simulator: CAMERA }] }));
    const { main = '', sub = '' } = house.simulators[0] ?? {};
    const peer = closing.use(await startPeer({ main, ffmpeg }));
    const bare = closing.use(startChild(ffmpeg, bareCopy(main, sub)));
    await wait(SETTLE_MS);
    const roots = [empty.homebridge.pid, house.homebridge.pid, peer.pid, bare.pid].map((pid) => pid ?? 0);
    const [without = NOTHING, ours = NOTHING, theirs = NOTHING, copy = NOTHING] = await observe(
      roots,
      SECONDS,
    );
    const hub = {
      cpu: ours.root.cpu - without.root.cpu,
      memory: ours.root.memory - without.root.memory,
    };
    const readers = ours.children;
    const only = (fits: (command: string) => boolean) =>
      sum(readers.filter(({ command }) => fits(command)).map(({ cpu }) => cpu));
    const one = (value: number) => ({ value, samples: 1 });
    return {
      'rest-cpu': {
        ...one(hub.cpu + sum(readers.map(({ cpu }) => cpu))),
        peer: copy.root.cpu,
      },
      'rest-cpu-hub': one(hub.cpu),
      'rest-cpu-main': one(only((command) => command.includes(main))),
      'rest-cpu-sub': one(only((command) => command.includes(sub))),
      'rest-cpu-keyframes': one(only((command) => !command.includes(main) && !command.includes(sub))),
      'rest-memory': {
        ...one(hub.memory + sum(readers.map(({ memory }) => memory))),
        peer: copy.root.memory,
      },
      'rest-memory-hub': one(hub.memory),
      'rest-cpu-homebridge': { ...one(total(ours, 'cpu')), peer: total(theirs, 'cpu') },
      'rest-memory-homebridge': { ...one(total(ours, 'memory')), peer: total(theirs, 'memory') },
    };
  },
};

function bareCopy(main: string, sub: string): string[] {
  const input = (url: string) => ['-rtsp_transport', 'tcp', '-i', url];
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', ...input(main), ...input(sub)],
    ...['-map', '0', '-map', '1:v', '-c', 'copy', '-f', 'null', '-'],
  ];
}
