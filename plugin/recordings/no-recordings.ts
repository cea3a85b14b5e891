import type { Problem, StorageInfo } from '../../protocol/api.ts';
import { ProblemError } from '../system/problem.ts';
import type { Recordings } from './contract.ts';

/** Stands for the recordings where there can be none: everything else of the hub runs, and says why. */
export function noRecordings(
  problem: Problem,
  facts: Pick<StorageInfo, 'target' | 'keepDays' | 'keepContinuousDays'>,
): Recordings {
  const refuse = () => Promise.reject(new ProblemError(problem));
  const nothing = async () => undefined;
  const storage: StorageInfo = {
    ...facts,
    ...{ clips: 0, continuous: 0, bytes: 0 },
    spool: { path: '', bytes: 0, maxBytes: 0, bufferedMs: 0 },
    dropped: { recordings: 0, bytes: 0 },
    problem,
  };
  return {
    problems: [problem],
    ...{ begin: refuse, saveSnapshot: refuse, pin: refuse, setUpTarget: refuse },
    ...{ tryTarget: refuse, allowRemoval: refuse },
    ...{ clip: nothing, snapshot: nothing, open: nothing, get: () => undefined },
    ...{ list: () => [], recordings: () => [], segments: () => [] },
    timeline: () => ({ spans: [], gaps: [] }),
    storage: async () => storage,
    noteGap() {},
    lastContinuousEnd: () => undefined,
    onStorage: () => () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}
