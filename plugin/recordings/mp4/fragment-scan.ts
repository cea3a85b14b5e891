/** Reads fragments back from where they were written. */
import { childBoxes } from '../../camera/mp4-boxes.ts';
import { readRuns } from '../../camera/track-runs.ts';
import { type FragmentFacts, picturesOf } from './fragment-facts.ts';
import type { RecordingInit } from './recording-init.ts';

/** The whole fragments at the beginning of `data`, up to the first that was torn or is none of ours. */
export function scanFragments(data: Buffer, { video, trex }: RecordingInit): FragmentFacts[] {
  const boxes = childBoxes(data, 0, data.length);
  const fragments: FragmentFacts[] = [];
  for (let index = 0; index + 1 < boxes.length; index += 2) {
    const [moof, mdat] = [boxes[index], boxes[index + 1]];
    if (moof?.type !== 'moof' || mdat?.type !== 'mdat') break;
    const runs = readRuns(data, moof, trex);
    if (!runs) break;
    const pictures = picturesOf(runs.find(({ track }) => track === video.id)?.samples ?? []);
    fragments.push({ bytes: mdat.end - moof.start, ...(pictures && { pictures }) });
  }
  return fragments;
}
