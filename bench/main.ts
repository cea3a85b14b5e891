/**
 * `npm run bench`: how fast and how dear this is, side by side with homebridge-camera-ffmpeg in one run on one machine.
 *
 * - One simulated doorbell (RTSP, H.264 1280x720, 15 pictures and, every 2 s, a keyframe) in a process of its own. Our hub and the
 *   peer run in a real Homebridge each, use the same ffmpeg and are paired with a real HomeKit controller each; their samples
 *   take turns. Everything is on loopback, on free ports, and ends with the bench.
 * - The peer gets what its readme advises for speed: unbridged, video copied, no sound. It keeps a snapshot for 3 s, so its
 *   samples wait that out: a fresh picture is what is compared.
 * - Every time is taken by one clock, that of the bench: a press begins before its request is sent and ends with the controller's
 *   event, or with what a Node-RED flow sends to a TCP port of the bench. Samples start at random moments within the camera's GOP.
 * - At rest, Homebridge with our plugin and no camera, with one camera, with the peer, and a bare ffmpeg that copies the same
 *   streams are watched for the same seconds; processor time and memory are what Linux counts in /proc.
 * - A percentile is a sample that was measured (nearest rank); nothing is thrown away as an outlier.
 *
 * Options: `--json` one object a line, `--only <part of a row's name>`, `--write` makes docs/performance.md anew. It takes a quarter of an hour and
 * needs Linux (/proc), and npm the first time, to install the peer into node_modules/.cache.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findFfmpeg } from '../plugin/camera/ffmpeg.ts';
import { startChild } from '../plugin/system/child.ts';
import { systemClock } from '../plugin/system/clock.ts';
import { Closing } from '../plugin/system/closing.ts';
import { repository } from '../test/support/house.ts';
import { cameras } from './cameras.ts';
import { type Doorway, openDoorway } from './doorway.ts';
import { events } from './events.ts';
import { live } from './live.ts';
import { loop } from './loop.ts';
import { parse } from './parse.ts';
import { PEER } from './peer.ts';
import { press } from './press.ts';
import { type MachineTime, machineTime } from './processes.ts';
import { recording } from './recording.ts';
import { recovery } from './recovery.ts';
import { type Group, type Machine, performancePage, type Row, textTable, toRow } from './report.ts';
import { rest } from './rest.ts';
import { secureVideo } from './secure-video.ts';
import { snapshots } from './snapshot.ts';
import { storageIndex } from './storage-index.ts';
import { talk } from './talk.ts';
import { watcher } from './watcher.ts';

const AT_THE_DOOR: readonly Group<Doorway>[] = [snapshots, live, press, loop];
const ALONE: readonly Group<Closing>[] = [
  secureVideo,
  talk,
  events,
  recovery,
  rest,
  cameras,
  parse,
  recording,
  storageIndex,
  watcher,
];
const SPECS = [...AT_THE_DOOR, ...ALONE].flatMap(({ rows }) => rows);

const METHOD = `All on one machine, in one run: a simulated doorbell (RTSP, H.264, 1280x720, 15 pictures a second, a keyframe every 2 s), our hub
and ${PEER} in a real Homebridge each, a real HomeKit controller, a real Node-RED. \`bench/main.ts\` says how each number is
taken. Less is better in every row; \`ratio\` is ours divided by the peer's.`;

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});
const isWanted = ({ name }: { name: string }) => name.includes(options.only);
const rows: Row[] = [];
const began = machineTime();

if (!SPECS.some(isWanted)) {
  console.error(`There is no row like "${options.only}". Rows: ${SPECS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
if (options.write && options.only !== '') {
  console.error('--write needs every row: leave out --only.');
  process.exit(2);
}
let closing = new Closing();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void closing[Symbol.asyncDispose]().finally(() => process.exit(130)));
await measureAll();
if (!options.json) console.log(textTable(rows));
if (options.write) await writePage();

async function measureAll(): Promise<void> {
  const atTheDoor = AT_THE_DOOR.filter((group) => group.rows.some(isWanted));
  if (atTheDoor.length > 0)
    await withClosing(async (closing) => {
      tell('starting the doorbell, both sides and their controllers');
      const doorway = await openDoorway(closing);
      for (const group of atTheDoor) await run(group, doorway);
    });
  for (const group of ALONE)
    if (group.rows.some(isWanted)) await withClosing((closing) => run(group, closing));
}

/** What `part` opens is closed after it, whether it ends, fails or is interrupted. */
async function withClosing(part: (closing: Closing) => Promise<void>): Promise<void> {
  closing = new Closing();
  try {
    await part(closing);
  } finally {
    await closing[Symbol.asyncDispose]();
  }
}

async function run<Where>(group: Group<Where>, where: Where): Promise<void> {
  tell(`measuring ${group.rows.map(({ name }) => name).join(', ')}`);
  const measured = await group.measure(where);
  for (const spec of group.rows.filter(isWanted)) {
    const found = measured[spec.name];
    if (!found) throw new Error(`${spec.name} was not measured.`);
    const row = toRow(spec, found);
    rows.push(row);
    if (options.json) console.log(JSON.stringify(row));
  }
}

/** Standard output is for the numbers. */
function tell(what: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);
}

async function writePage(): Promise<void> {
  const path = join(repository, 'docs', 'performance.md');
  await writeFile(path, performancePage(SPECS, rows, await machine(), METHOD));
  tell(`wrote ${path}`);
}

async function machine(): Promise<Machine> {
  const { version } = await findFfmpeg({}, { startChild, clock: systemClock });
  const [cpu] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    hardware: `${cpus().length} x ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, ${arch()}`,
    stolenPercent: stolenSince(began),
    software: [
      `Node ${process.versions.node}`,
      `ffmpeg ${version}`,
      `Homebridge ${await versionOf('homebridge')}`,
      `Node-RED ${await versionOf('node-red')}`,
      PEER,
    ],
    command: `npm run bench -- ${process.argv.slice(2).join(' ')}`,
  };
}

function stolenSince(before: MachineTime): number {
  const { all, stolen } = machineTime();
  return ((stolen - before.stolen) / (all - before.all)) * 100;
}

async function versionOf(name: string): Promise<string> {
  const manifest = await readFile(join(repository, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
