/**
 * Some of the faults of `npm run bench:storage`, a few times each: killed processes, a share that becomes an empty folder, a server that dies
 * mid-copy, a lost index. Nothing that was promised may be missing, and `doorstep check` finds nothing.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import type { FaultOutcome } from '../../bench/storage/outcome.ts';
import { whyNoNamespace } from '../support/namespace.ts';
import { hasRclone, rcloneTest } from '../support/rclone.ts';

const BENCH = fileURLToPath(new URL('../../bench/storage/main.ts', import.meta.url));
const PATIENCE_MS = 240_000;
/** A reconnect of the camera is the longest that any of them may cost, on a machine that has other things to do. */
const LONGEST_LOST = 10;

const why = whyNoNamespace();
if (why) console.warn(`The tests with faults of storage are skipped: ${why}`);

const FAULTS = [
  'kill -9 of the hub',
  'kill -9 of the keeper',
  'NAS replaced by an empty folder',
  'index deleted',
] as const;
const NEEDS_RCLONE = 'SFTP (OpenSSH) server dies mid-copy';

let outcomes: FaultOutcome[] = [];

beforeAll(async () => {
  if (!why) outcomes = await faults(hasRclone ? [...FAULTS, NEEDS_RCLONE] : FAULTS);
}, PATIENCE_MS);

/** A twentieth of what the bench does, some side by side as there: two kills, and one of each other fault. */
async function faults(names: readonly string[]): Promise<FaultOutcome[]> {
  const only = names.flatMap((name) => ['--only', name]);
  const child = spawn(process.execPath, [BENCH, '--json', '--times', '0.05', ...only], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, complaints] = [text(child.stdout), text(child.stderr)];
  const [code] = await once(child, 'close');
  expect(code, await complaints).toBe(0);
  const lines = (await said).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as FaultOutcome);
}

function nothingIsLost(name: string): void {
  const runs = outcomes.filter(({ fault }) => fault === name).flatMap((outcome) => outcome.runs);
  expect(runs).not.toEqual([]);
  for (const { written, longestLost, peakMiB, ...rest } of runs) {
    expect(written).toBeGreaterThan(0);
    expect(rest).toMatchObject({ lost: 0, givenUp: 0, findings: [], inBarePoint: 0 });
    expect(longestLost).toBeLessThan(LONGEST_LOST);
    expect(peakMiB).toBeLessThan(400);
  }
}

it.skipIf(why).each(FAULTS)('%s', nothingIsLost);

if (!why) rcloneTest(NEEDS_RCLONE, () => nothingIsLost(NEEDS_RCLONE));
