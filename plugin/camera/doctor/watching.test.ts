/** What goes on over time: shared examinations, and how often a camera was lost. */
import { describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { CameraState } from '../contract.ts';
import { CameraHistoryKeeper } from './camera-history.ts';
import { SharedRuns } from './shared-runs.ts';

describe('those who ask for the same at the same time', () => {
  const never = () => new AbortController().signal;

  it('share one run, and the next to ask starts another', async () => {
    const runs = new SharedRuns<number>();
    let started = 0;
    const ends: (() => void)[] = [];
    const start = () => new Promise<number>((resolve) => ends.push(() => resolve(++started)));
    const both = [
      runs.run('a', never(), start),
      runs.run('a', never(), start),
      runs.run('b', never(), start),
    ];
    expect(ends).toHaveLength(2);
    for (const end of ends) end();
    expect(await Promise.all(both)).toEqual([1, 1, 2]);
    const next = runs.run('a', never(), start);
    ends[2]?.();
    expect(await next).toBe(3);
  });

  it('may leave; the run goes on for the others and stops when nobody waits', async () => {
    const runs = new SharedRuns<number>();
    const start = vi.fn((_signal: AbortSignal) => new Promise<number>(() => {}));
    const [one, other] = [new AbortController(), new AbortController()];
    const first = runs.run('a', one.signal, start);
    const second = runs.run('a', other.signal, start);
    const shared = start.mock.calls[0]?.[0];
    one.abort();
    await expect(first).rejects.toThrow('abort');
    expect(shared?.aborted).toBe(false);
    other.abort();
    await expect(second).rejects.toThrow('abort');
    expect(shared?.aborted).toBe(true);
    void runs.run('a', never(), start);
    expect(start).toHaveBeenCalledTimes(2);
  });

  it('all hear of a failure, and who comes too late starts nothing', async () => {
    const runs = new SharedRuns<number>();
    const start = vi.fn(() => Promise.reject(new Error('broken')));
    const both = [runs.run('a', never(), start), runs.run('a', never(), start)];
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(runs.run('a', AbortSignal.abort(), start)).rejects.toThrow('abort');
    expect(start).toHaveBeenCalledTimes(1);
  });
});

describe('the history of a camera', () => {
  const offline = { online: false, privacy: false };

  function watched(online: boolean) {
    const clock = new ManualClock();
    let listener: ((state: CameraState) => void) | undefined;
    const state = { online, privacy: false, since: clock.now() };
    const keeper = new CameraHistoryKeeper(
      {
        state,
        onState(listen) {
          listener = listen;
          return () => {
            listener = undefined;
          };
        },
      },
      clock,
    );
    const become = (next: Partial<CameraState>) => listener?.({ ...state, since: clock.now(), ...next });
    return { clock, keeper, become, listens: () => listener !== undefined };
  }

  it('has each loss, why, and how long it took', () => {
    const { clock, keeper, become } = watched(true);
    const lostAt = clock.now() + 1000;
    clock.advance(1000);
    become(offline);
    become({ ...offline, problem: { code: 'camera-unreachable', what: '', cure: '' } });
    clock.advance(5000);
    become({ online: true });
    become({ online: true });
    expect(keeper.history).toEqual({
      watchedMs: 6000,
      drops: [{ at: lostAt, backAt: lostAt + 5000, why: 'camera-unreachable' }],
    });
  });

  it('does not count the time before the first picture, nor privacy mode', () => {
    const { keeper, become } = watched(false);
    become({ ...offline, problem: { code: 'wrong-password', what: '', cure: '' } });
    become({ online: true });
    become({ online: false, privacy: true });
    become({ ...offline });
    become({ online: true });
    expect(keeper.history.drops).toEqual([]);
  });

  it('forgets the oldest, and ends', () => {
    const { clock, keeper, become, listens } = watched(true);
    for (let n = 0; n < 150; n++) {
      clock.advance(1000);
      become({ online: n % 2 === 1 });
    }
    for (let n = 0; n < 150; n++) {
      clock.advance(1000);
      become({ online: n % 2 === 1 });
    }
    expect(keeper.history.drops).toHaveLength(100);
    expect(keeper.history.drops.at(-1)?.backAt).toBe(clock.now());
    keeper[Symbol.dispose]();
    expect(listens()).toBe(false);
  });
});
