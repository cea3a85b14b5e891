/** Pictures of a recording that stand alone. */
import { readRuns } from '../../camera/track-runs.ts';
import { type FootageFragment, type FootageIndex, readMoof } from './footage-index.ts';
import { type OpenFootage, readBytes } from './read-bytes.ts';

/** The fragment that begins with the keyframe at or before a moment. @param seconds from the first picture of the recording */
export function keyframeBefore({ fragments, video }: FootageIndex, seconds: number): FootageFragment {
  const [first] = fragments as [FootageFragment, ...FootageFragment[]];
  const ticks = first.time + seconds * video.timescale;
  return fragments.findLast(({ keyframe, time }) => keyframe && time <= ticks) ?? first;
}

/** The first picture of a fragment, as it was encoded: only that and the fragment's list are read. Undefined where it is not whole. */
export async function readKeyframe(
  { footage, index, fragment }: { footage: OpenFootage; index: FootageIndex; fragment: FootageFragment },
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const { moof, read } = await readMoof(footage, fragment.offset, signal);
  const runs = readRuns(moof, { type: 'moof', start: 0, body: 8, end: moof.length }, index.trex) ?? [];
  const sample = runs.find(({ track }) => track === index.video.id)?.samples[0];
  if (!sample || sample.offset + sample.size > fragment.bytes) return undefined;
  const end = sample.offset + sample.size;
  if (end <= read.length) return read.subarray(sample.offset, end);
  const from = Math.max(sample.offset, read.length);
  const rest = await readBytes(footage, fragment.offset + from, fragment.offset + end, signal);
  return Buffer.concat([read.subarray(sample.offset, from), rest]);
}
