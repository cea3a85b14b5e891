import type { Problem, StorageInfo } from '../../protocol/api.ts';
import type { RecordingIndex } from './index/contract.ts';
import type { TargetStatus } from './target-status.ts';

export interface StorageFactsNow {
  place: Pick<StorageInfo['target'], 'kind' | 'where'>;
  status: TargetStatus;
  index: RecordingIndex;
  /** Epoch ms. */
  now: number;
  limits: Pick<StorageInfo, 'keepDays' | 'keepContinuousDays'>;
  spool: { path: string; maxBytes: number; hoursLeft: number | undefined };
  asks: StorageInfo['asks'];
  rebuilding: StorageInfo['rebuilding'];
  problem: Problem | undefined;
}

/** What was given up is told for so long. */
const TOLD_MS = 7 * 24 * 3_600_000;

/** What `StorageInfo` tells, of what is known now. */
export function storageInfo(facts: StorageFactsNow): StorageInfo {
  const { place, index, now, limits, spool, asks, rebuilding, problem } = facts;
  const { spooledBytes, bufferedMs, ...totals } = index.totals();
  const { path, maxBytes, hoursLeft } = spool;
  return {
    target: { ...place, ...targetFacts(facts.status) },
    ...totals,
    keepDays: limits.keepDays,
    keepContinuousDays: limits.keepContinuousDays,
    spool: { path, bytes: spooledBytes, maxBytes, bufferedMs, ...(hoursLeft !== undefined && { hoursLeft }) },
    dropped: index.droppedSince(now - TOLD_MS),
    ...(asks && { asks }),
    ...(rebuilding && { rebuilding }),
    ...(problem && { problem }),
  };
}

/** Room is told only of a target that answers. */
function targetFacts({ state, since, facts }: TargetStatus): Omit<StorageInfo['target'], 'kind' | 'where'> {
  const { fileSystem, freeBytes, totalBytes } = facts ?? {};
  const answers = state === 'ready' || state === 'refused';
  return {
    ...{ state, since },
    ...(fileSystem !== undefined && { fileSystem }),
    ...(answers && freeBytes !== undefined && { freeBytes }),
    ...(answers && totalBytes !== undefined && { totalBytes }),
  };
}
