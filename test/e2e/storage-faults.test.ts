/**
 * Some of the faults of `npm run bench:storage`, a few times each: killed processes, a share that becomes an empty folder, a server that dies
 * mid-copy, a lost index. Nothing that was promised may be missing, and `doorstep check` finds nothing.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { FaultOutcome } from '../../bench/storage/outcome.ts';
import { whyNoNamespace } from '../support/namespace.ts';
import { rcloneTest } from '../support/rclone.ts';

const BENCH = fileURLToPath(new URL('../../bench/storage/main.ts', import.meta.url));
const PATIENCE_MS = 240_000;
/** A reconnect of the camera is the longest that any of them may cost, on a machine that has other things to do. */
const LONGEST_LOST = 10;

const why = whyNoNamespace();
if (why) console.warn(`The tests with faults of storage are skipped: ${why}`);

/** A twentieth of what the bench does: two kills, and one of each other fault. */
async function faults(only: string): Promise<FaultOutcome[]> {
  const child = spawn(process.execPath, [BENCH, '--json', '--times', '0.05', '--only', only], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, complaints] = [text(child.stdout), text(child.stderr)];
  const [code] = await once(child, 'close');
  expect(code, await complaints).toBe(0);
  const lines = (await said).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as FaultOutcome);
}

async function nothingIsLost(only: string): Promise<void> {
  const outcomes = await faults(only);
  expect(outcomes).not.toEqual([]);
  for (const { fault, runs } of outcomes)
    for (const { written, longestLost, peakMiB, ...rest } of runs) {
      expect(written, fault).toBeGreaterThan(0);
      expect(rest, fault).toMatchObject({ lost: 0, givenUp: 0, findings: [], inBarePoint: 0 });
      expect(longestLost, fault).toBeLessThan(LONGEST_LOST);
      expect(peakMiB, fault).toBeLessThan(400);
    }
}

it
  .skipIf(why)
  .each(['kill -9 of the hub', 'kill -9 of the keeper', 'NAS replaced by an empty folder', 'index deleted'])(
  '%s',
  nothingIsLost,
  PATIENCE_MS,
);

if (!why)
  rcloneTest(
    'SFTP (OpenSSH) server dies mid-copy',
    () => nothingIsLost('SFTP (OpenSSH) server dies mid-copy'),
    PATIENCE_MS,
  );
