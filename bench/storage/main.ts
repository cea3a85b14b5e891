/**
 * `npm run bench:storage`: what faults of disk, network and processes do to recordings.
 *
 * - A real camera stream (RTSP on loopback), a real hub process (camera, recorders, spool, index; without HomeKit and API), its real keeper and
 *   ffmpeg, and a real target: a file system of its own, Samba, OpenSSH's SFTP, a WebDAV server. Segments are 1.5 s and files 5 s long
 *   in place of 10 s and 5 min, so that each moment of their life is hit often.
 * - A witness reads the index while the hub writes it, and remembers each segment that it promised. In the end, each must be where the index
 *   says, with its hash; and `doorstep check --hashes` must find nothing.
 * - "Longest stretch lost" is the longest hole in the continuous recording, less the time in which no hub ran: for a killed hub what it had
 *   not yet written, for a killed ffmpeg the reconnect.
 *
 * Options: `--times <share of the full number>` (0.1 is a tenth, at least one each), `--only <part of a name>`, as often as wanted, `--json`, `--write` puts the table into
 * docs/storage.md. It ends with 1 when something was not as promised. It needs Linux, and mounts in a mount namespace of its own: root, or user namespaces.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findFfmpeg } from '../../plugin/camera/ffmpeg.ts';
import { startChild } from '../../plugin/system/child.ts';
import { systemClock } from '../../plugin/system/clock.ts';
import { Closing } from '../../plugin/system/closing.ts';
import { FAULTS } from './faults.ts';
import { type FaultOutcome, isBad, outcomeTable, withTable } from './outcome.ts';
import { startSource } from './source.ts';

const PAGE = fileURLToPath(new URL('../../docs/storage.md', import.meta.url));
/** Set in the process that has a namespace of its own. */
const INSIDE = 'DOORSTEP_OWN_NAMESPACE';

/** How many faults are tried side by side. */
const AT_A_TIME = 3;

const { values: options } = parseArgs({
  options: {
    times: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true, default: [''] },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

if (process.env[INSIDE]) await main();
else process.exitCode = again();

/** Runs this program once more where its mounts are nobody else's. */
function again(): number {
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const { status, error } = spawnSync(
    'unshare',
    [
      ...asRoot,
      '--mount',
      '--propagation',
      'private',
      process.execPath,
      ...process.execArgv,
      ...process.argv.slice(1),
    ],
    { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } },
  );
  if (error)
    console.error(`Mounts of its own cannot be had here: ${error.message}. On Linux, install util-linux.`);
  return status ?? 2;
}

async function main(): Promise<void> {
  const wanted = FAULTS.filter(({ name }) => options.only.some((part) => name.includes(part)));
  if (wanted.length === 0) {
    console.error(
      `There is no fault like "${options.only.join('", "')}". Faults: ${FAULTS.map(({ name }) => name).join(', ')}`,
    );
    process.exitCode = 2;
    return;
  }
  if (options.write && wanted.length < FAULTS.length) {
    console.error('--write needs every fault: leave out --only.');
    process.exitCode = 2;
    return;
  }
  const closing = new Closing();
  const end = () => void closing[Symbol.asyncDispose]().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end);
  try {
    await tryAll(wanted, closing);
  } finally {
    await closing[Symbol.asyncDispose]();
  }
}

async function tryAll(faults: typeof FAULTS, closing: Closing): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'doorstep-faults-'));
  closing.defer(() => rm(folder, { recursive: true, force: true }));
  const { path: ffmpeg } = await findFfmpeg({}, { startChild, clock: systemClock });
  const source = await startSource(closing, { ffmpeg, folder });
  const outcomes = await inTurns(faults, AT_A_TIME, async ({ name, times, run }) => {
    const wanted = Math.max(1, Math.round(times * Number(options.times)));
    const outcome: FaultOutcome = { fault: name, runs: await run({ source, ffmpeg }, wanted) };
    if (options.json) console.log(JSON.stringify(outcome));
    else console.error(`${name}, ${wanted} times${isBad(outcome) ? ': NOT AS PROMISED' : ''}`);
    for (const finding of outcome.runs.flatMap(({ findings }) => findings)) console.error(`  ${finding}`);
    return outcome;
  });
  if (!options.json) console.log(outcomeTable(outcomes));
  if (options.write) await writeFile(PAGE, withTable(await readFile(PAGE, 'utf8'), outcomeTable(outcomes)));
  if (outcomes.some(isBad)) process.exitCode = 1;
}

/** Each has a storage of its own, and waits most of the time. */
async function inTurns<T, R>(
  things: readonly T[],
  atATime: number,
  work: (thing: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = [...things.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return results;
}
