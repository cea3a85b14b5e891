/** The samples of a fragment with all that is needed to write them into another file. Never throws. */
import { childBoxes } from '../../camera/mp4-boxes.ts';
import { readRuns, type Sample, type SampleDefaults } from '../../camera/track-runs.ts';

export interface TimedSample extends Omit<Sample, 'offset'> {
  data: Buffer;
}

/**
 * Samples of one track of a `moof` + `mdat`; none when it contradicts itself. Their bytes are shared with the fragment.
 *
 * @param defaults what the `trex` of this track says
 */
export function timedSamples(
  fragment: Buffer,
  track: { id: number; defaults: SampleDefaults },
): TimedSample[] {
  const boxes = childBoxes(fragment, 0, fragment.length);
  const moof = boxes.find(({ type }) => type === 'moof');
  const runs = moof && readRuns(fragment, moof, new Map([[track.id, track.defaults]]));
  if (!moof || !runs) return [];
  const samples = runs
    .filter((run) => run.track === track.id)
    .flatMap((run) => run.samples)
    .map(({ offset, ...sample }) => {
      const start = moof.start + offset;
      return { ...sample, data: fragment.subarray(start, start + sample.size) };
    });
  return samples.every(({ data, size }) => data.length === size) ? samples : [];
}
