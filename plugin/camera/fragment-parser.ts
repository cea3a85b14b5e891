/** What a `moof` says in short: time, length and kind of its first track run. */
import type { Box } from './mp4-boxes.ts';
import { IS_NON_SYNC, readRuns, type SampleDefaults } from './track-runs.ts';

export interface TrackFragment {
  track: number;
  /** Decode time of the first sample, in ticks. */
  time: number;
  /** In ticks. */
  duration: number;
  samples: number;
  /** Whether the first sample is a sync sample. */
  sync: boolean;
}

/** The first `traf` of a `moof`, or undefined when it cannot be read. `defaults` come from `trex`, by track id. */
export function parseMoof(
  data: Buffer,
  moof: Box,
  defaults: ReadonlyMap<number, SampleDefaults>,
): TrackFragment | undefined {
  const run = readRuns(data, moof, defaults)?.[0];
  const first = run?.samples[0];
  if (!first) return undefined;
  return {
    track: run.track,
    time: first.dts,
    duration: run.samples.reduce((sum, { duration }) => sum + duration, 0),
    samples: run.samples.length,
    sync: (first.flags & IS_NON_SYNC) === 0,
  };
}
