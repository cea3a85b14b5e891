import { createHash, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type FolderPlace, makeFolderPlace } from '../../../test/support/folder-place.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { isAlive, look, type Seen } from '../../../test/support/process-tree.ts';
import { expectFault } from '../../../test/support/target-suite.ts';
import { startChild } from '../../system/child.ts';
import { type Clock, systemClock } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import type { Keeper, Piece } from './contract.ts';
import { startKeeper } from './keeper.ts';

const CLIP = 'front-door/2026/11/22/072341-ring-01KABC.mp4';
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

function keeperOf(place: FolderPlace, clock: Clock = systemClock): Keeper {
  return startKeeper(place.config, { startChild, clock, log: silent });
}

function processOf(keeper: Keeper): Seen {
  const seen = keeper.pid === undefined ? undefined : look(keeper.pid);
  if (!seen) throw new Error('There is no keeper.');
  return seen;
}

async function bigPiece(place: FolderPlace): Promise<Piece> {
  const content = Buffer.alloc(64_000_000, 'doorstep');
  const path = join(place.config.storage, 'piece.m4s');
  await writeFile(path, content);
  return { path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

describe('the keeper process', () => {
  it('starts with the first call, and is gone when it is closed', async () => {
    await using place = await makeFolderPlace();
    const keeper = keeperOf(place);
    expect(keeper.pid).toBeUndefined();
    await keeper.setUp({ id: randomUUID(), sure: true });
    const running = processOf(keeper);
    // What is on a command line can be read by everyone on the machine.
    expect(running.command).not.toContain(place.config.path);
    await keeper[Symbol.asyncDispose]();
    expect(isAlive(running)).toBe(false);
    expect(keeper.replaced).toBe(0);
    await expectFault(keeper.open(undefined), 'failed');
  });

  it('is replaced after somebody ended it; its sessions are over', async () => {
    await using place = await makeFolderPlace();
    await using keeper = keeperOf(place);
    const facts = await keeper.setUp({ id: randomUUID(), sure: true });
    await using session = await keeper.open(facts);
    const put = expectFault(session.put(CLIP, [await bigPiece(place)]), 'failed');
    process.kill(processOf(keeper).pid, 'SIGKILL');
    await put;
    await expectFault(session.putText(CLIP, 'x'), 'failed');
    expect(await place.raw.read(CLIP)).toBeUndefined();
    await using next = await keeper.open(facts);
    await next.putText(CLIP, 'x');
    expect(keeper.replaced).toBe(1);
  });

  it('is ended and replaced when it shows no progress for too long', async () => {
    await using place = await makeFolderPlace();
    const clock = new ManualClock();
    await using keeper = keeperOf(place, clock);
    const facts = await keeper.setUp({ id: randomUUID(), sure: true });
    await using session = await keeper.open(facts);
    const hung = processOf(keeper);
    process.kill(hung.pid, 'SIGSTOP');
    const put = expectFault(session.put(CLIP, [await bigPiece(place)]), 'stuck');
    clock.advance(20_000);
    await put;
    await vi.waitFor(() => expect(isAlive(hung)).toBe(false), 10_000);
    await expectFault(session.readText(CLIP), 'stuck');
    await using next = await keeper.open(facts);
    await next.putText(CLIP, 'x');
    expect(keeper.replaced).toBe(1);
  });

  it('rests longer and longer while it is of no use', async () => {
    await using place = await makeFolderPlace();
    const clock = new ManualClock();
    await using keeper = keeperOf(place, clock);
    const hang = async () => {
      const open = expectFault(keeper.open(undefined), 'stuck');
      process.kill(processOf(keeper).pid, 'SIGSTOP');
      clock.advance(15_000);
      await open;
    };
    await hang();
    await hang();
    await expectFault(keeper.open(undefined), 'stuck');
    expect(keeper.pid).toBeUndefined();
    clock.advance(1000);
    await expectFault(keeper.open(undefined), 'no-marker');
    expect(keeper.replaced).toBe(2);
  });

  it('ends by itself when the hub is gone', async () => {
    await using place = await makeFolderPlace();
    const children: ReturnType<typeof startChild>[] = [];
    await using keeper = startKeeper(place.config, {
      startChild(...args) {
        const child = startChild(...args);
        children.push(child);
        return child;
      },
      clock: systemClock,
      log: silent,
    });
    await using session = await keeper.open(await keeper.setUp({ id: randomUUID(), sure: true }));
    await session.putText(CLIP, 'x');
    const running = processOf(keeper);
    children[0]?.stdin?.destroy();
    await vi.waitFor(() => expect(isAlive(running)).toBe(false), 10_000);
  });
});
