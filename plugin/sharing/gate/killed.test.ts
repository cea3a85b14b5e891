import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GateHouse, WAITS } from '../../../test/support/gate-house.ts';
import type { GateEntry } from './entry.ts';
import { Gate } from './gate.ts';

const CHILD = join(import.meta.dirname, '../../../test/support/killed-gate.ts');

const linesOf = (path: string) =>
  existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];

test.concurrent.each<[string, string, number]>([
  // Killed, what is so after the restart and its wait, how often it was sent in all
  ['before intent', 'delivered', 1],
  ['before release-begun', 'failed', 0],
  ['after release-begun', 'failed', 0],
  ['before send', 'failed', 0],
  ['after send', 'failed', 1],
  ['before release-ended', 'delivered', 1],
  ['after release-ended', 'delivered', 1],
  ['end', 'delivered', 1],
])('T18: killed %s it ends as %s, was sent %i times, and there is a record', async (point, state, times) => {
  const house = await new GateHouse().begin();
  await using _ = house;
  const { id, artefact } = house.review(await house.recipient('police'));
  await house.approve(id);
  await house.gate[Symbol.asyncDispose]();

  const args = [house.root, String(house.clock.now()), point, artefact?.file.sha256 ?? ''];
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);

  house.clock.advance(DAY_OF_CHILD);
  house.gate = new Gate(house.options);
  for (let n = 0; n < 3; n += 1) {
    await house.gate.tick();
    house.clock.advance(WAITS.police);
  }
  await house.gate.tick();
  expect(house.state(id)).toBe(state);
  expect(linesOf(join(house.root, 'sent')).length + house.sent.length).toBe(times);
  const before = linesOf(join(house.root, 'log')).map((line) => JSON.parse(line) as GateEntry);
  // One whose writing was under way may be told twice, and then it is the same.
  const told = new Set([...before, ...house.log].map((entry) => JSON.stringify(entry)));
  const kinds = [...told].map((line) => (JSON.parse(line) as GateEntry).kind);
  expect(kinds.filter((kind) => kind === 'release-begun')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'release-ended')).toHaveLength(1);
});

/** More than the process had on its clock. */
const DAY_OF_CHILD = 700_000;
