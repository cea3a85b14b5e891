/** The wire from end to end, in one process: what the hub asks for is what the target does. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { makeFolderPlace } from '../../../test/support/folder-place.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { expectFault, targetSuite } from '../../../test/support/target-suite.ts';
import type { Exit, StartChild } from '../../system/child.ts';
import { sleep, systemClock } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import { type Keeper, type Target, type TargetConfig, TargetError, type TargetSession } from './contract.ts';
import { createTarget } from './create-target.ts';
import { startKeeper } from './keeper.ts';
import { type ServeDeps, serveKeeper } from './keeper-serve.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A keeper in this process, with pipes as a real one has them. */
function startHere(deps: Pick<ServeDeps, 'createTarget' | 'now'>): StartChild {
  return () => {
    const stdin = new PassThrough();
    const stdout = new PassThrough();
    const { promise: exited, resolve } = Promise.withResolvers<Exit>();
    const end = (code: number) => resolve({ code, signal: null, stderrTail: [] });
    const serving = serveKeeper({ ...deps, input: stdin, write: (frame) => stdout.write(frame) });
    serving.then(
      () => end(0),
      () => end(1),
    );
    const stop = async () => {
      stdin.end();
      // A call that never ends goes down with a real process.
      await Promise.race([serving.catch(() => {}), sleep(systemClock, 200)]);
      end(0);
      return exited;
    };
    return {
      pid: undefined,
      stdin,
      outputs: [stdout],
      exited,
      stop,
      [Symbol.asyncDispose]: async () => void (await stop()),
    };
  };
}

targetSuite('folder target across the wire', async () => {
  const place = await makeFolderPlace();
  const startChild = startHere({
    createTarget: (config, progress) => createTarget(config, { clock: systemClock, progress }),
    now: () => performance.now(),
  });
  return {
    target: startKeeper(place.config, { startChild, clock: systemClock, log: silent }),
    raw: place.raw,
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
});

describe('a call across the wire', () => {
  const CONFIG: TargetConfig = { kind: 'folder', path: '/mnt/nas', storage: '/', allowOutside: false };
  const FACTS = { id: 'id', fileSystem: 'nfs4', mounted: true };

  /** A target of which a test writes the methods that it needs. */
  function keeperOf(
    session: (progress: () => void) => Partial<TargetSession>,
    clock: ManualClock,
    write?: (frame: Buffer) => Buffer,
  ): Keeper {
    const never = async () => {
      throw new TargetError('failed', 'not in this test');
    };
    const startChild = startHere({
      now: () => clock.monotonic(),
      async createTarget(_, progress): Promise<Target> {
        const whole = {
          facts: FACTS,
          async [Symbol.asyncDispose]() {},
          ...session(progress),
        } as TargetSession;
        return { open: async () => whole, setUp: never, async [Symbol.asyncDispose]() {} };
      },
    });
    return startKeeper(CONFIG, {
      startChild(...args) {
        const child = startChild(...args);
        return write ? { ...child, outputs: child.outputs.map((pipe) => pipe.map(write)) } : child;
      },
      clock,
      log: silent,
    });
  }

  it('lives as long as it shows progress, and no longer', async () => {
    const clock = new ManualClock();
    const steps: (() => void)[] = [];
    await using keeper = keeperOf(
      (progress) => ({
        async put() {
          for (let n = 0; n < 10; n++) {
            await new Promise<void>((resolve) => steps.push(resolve));
            progress();
          }
          return { bytes: 1, sha256: 'hash' };
        },
      }),
      clock,
    );
    await using session = await keeper.open(undefined);
    const put = session.put('a', []);
    for (let n = 0; n < 10; n++) {
      while (steps.length === 0) await new Promise(setImmediate);
      clock.advance(15_000);
      steps.pop()?.();
      // The sign of life has a way to go.
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    }
    expect(await put).toEqual({ bytes: 1, sha256: 'hash' });
    const hanging = expectFault(session.put('a', []), 'stuck');
    while (steps.length === 0) await new Promise(setImmediate);
    clock.advance(20_000);
    await hanging;
    steps.pop()?.();
  });

  it('is not kept alive by the progress of another', async () => {
    const clock = new ManualClock();
    const waiting: (() => void)[] = [];
    await using keeper = keeperOf(
      (progress) => ({
        async stat() {
          for (;;) {
            await new Promise<void>((resolve) => waiting.push(resolve));
            progress();
          }
        },
        readText: () => new Promise(() => {}),
      }),
      clock,
    );
    const session = await keeper.open(undefined);
    const busy = expectFault(session.stat('a', { hash: true }), 'stuck');
    const hanging = expectFault(session.readText('b'), 'stuck');
    for (let n = 0; n < 3; n++) {
      while (waiting.length === 0) await new Promise(setImmediate);
      clock.advance(5000);
      waiting.pop()?.();
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    }
    await hanging;
    await busy;
  });

  it('carries the faults of the target', async () => {
    await using keeper = keeperOf(
      () => ({
        async list() {
          throw new TargetError('full', 'there is no room left.');
        },
        async readText() {
          throw new Error('unforeseen');
        },
      }),
      new ManualClock(),
    );
    await using session = await keeper.open(undefined);
    expect((await expectFault(session.list('a'), 'full')).message).toBe('there is no room left.');
    expect((await expectFault(session.readText('a'), 'failed')).message).toBe('unforeseen');
  });

  it('ends with the keeper that says something else', async () => {
    await using keeper = keeperOf(
      () => ({}),
      new ManualClock(),
      () => Buffer.from('GET / HTTP/1.1'),
    );
    await expectFault(keeper.open(undefined), 'failed');
    expect(keeper.replaced).toBe(1);
  });
});
