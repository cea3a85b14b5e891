import type { RecordingsConfig } from '../config.ts';

const GIB = 2 ** 30;

export interface StorageLimits {
  keepDays: number;
  keepContinuousDays: number;
  /** What may be stored; absent: as much as there is room for. Sizes in bytes. */
  maxBytes: number | undefined;
  /** What stays free at the target. */
  minFreeBytes: number;
  /** What may wait in the spool. */
  spoolBytes: number;
}

export function storageLimits(config: RecordingsConfig): StorageLimits {
  const { keepDays, keepContinuousDays = keepDays, maxGiB, minFreeGiB, spoolGiB } = config;
  return {
    keepDays,
    keepContinuousDays: Math.min(keepDays, keepContinuousDays),
    maxBytes: maxGiB === undefined ? undefined : maxGiB * GIB,
    minFreeBytes: minFreeGiB * GIB,
    spoolBytes: spoolGiB * GIB,
  };
}
