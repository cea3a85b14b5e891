import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../protocol/api.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { ProblemError } from '../../system/problem.ts';
import type { Detector } from '../contract.ts';
import { DetectorHolder } from './detector-holder.ts';

function bench(opens: () => Promise<Detector>) {
  const clock = new ManualClock();
  const problems: (Problem | undefined)[] = [];
  const tries = { count: 0 };
  const holder = new DetectorHolder({
    clock,
    open: () => {
      tries.count++;
      return opens();
    },
    onProblem: (problem) => problems.push(problem),
  });
  return { clock, problems, tries, holder };
}

function detector(): Detector & { disposed: number } {
  return {
    ...{ name: 'test', labels: ['person'] as const, disposed: 0, detect: async () => [] },
    async [Symbol.asyncDispose]() {
      this.disposed++;
    },
  };
}

describe('the detector of all cameras', () => {
  it('is loaded once, and disposed', async () => {
    const only = detector();
    const { holder, tries, problems } = bench(async () => only);
    expect(holder.name).toBeUndefined();
    expect(await Promise.all([holder.get(), holder.get()])).toEqual([only, only]);
    expect(holder.name).toBe('test');
    await holder[Symbol.asyncDispose]();
    expect(await holder.get()).toBeUndefined();
    expect([tries.count, only.disposed, problems]).toEqual([1, 1, []]);
  });

  it('that does not load is a problem in words, and tried again later', async () => {
    const problem = { code: 'detector-failed', what: 'It is not there.', cure: 'Bring it.' };
    let opens = () => Promise.reject<Detector>(new ProblemError(problem));
    const { holder, tries, problems, clock } = bench(() => opens());
    expect(await holder.get()).toBeUndefined();
    expect(await holder.get()).toBeUndefined();
    expect([tries.count, problems]).toEqual([1, [problem]]);
    opens = async () => detector();
    clock.advance(5 * 60_000);
    expect((await holder.get())?.name).toBe('test');
    expect(problems).toEqual([problem, undefined]);
  });

  it('may fail now and then; three times in a row are a problem', async () => {
    const { holder, problems } = bench(async () => detector());
    await holder.get();
    const error = new Error('blind');
    for (const look of [error, error, undefined, error, error]) holder.looked(look);
    expect(problems).toEqual([]);
    holder.looked(error);
    expect(problems).toEqual([expect.objectContaining({ code: 'detector-failed' })]);
    expect(problems[0]?.what).toContain('blind');
  });

  it('that fails again and again is opened anew, and works again once it has looked', async () => {
    const made: ReturnType<typeof detector>[] = [];
    const { holder, problems, clock } = bench(async () => {
      made.push(detector());
      return made.at(-1) as Detector;
    });
    const fail = async () => {
      await holder.get();
      for (let look = 0; look < 3; look++) holder.looked(new Error('blind'));
    };
    await fail();
    // It has not worked for a minute: another is not opened at once.
    expect(await holder.get()).toBeUndefined();
    expect([made[0]?.disposed, holder.name]).toEqual([1, undefined]);
    clock.advance(5 * 60_000);
    expect(await holder.get()).toBe(made[1]);
    expect(problems).toHaveLength(1);
    holder.looked();
    expect(problems.at(-1)).toBeUndefined();
    clock.advance(3_600_000);
    await fail();
    // What has long worked is opened anew without waiting.
    expect(await holder.get()).toBe(made[2]);
    await holder[Symbol.asyncDispose]();
    expect(made.map(({ disposed }) => disposed)).toEqual([1, 1, 1]);
  });
});
