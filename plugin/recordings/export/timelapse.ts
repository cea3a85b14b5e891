/** A day in a minute: pictures spread evenly over what was recorded of it. */
import type { InitTrack } from '../../camera/init-segment.ts';
import { type ParameterSets, parameterSetsOf, pictureAlone } from './annex-b.ts';
import type { Chosen } from './choose-footage.ts';
import { type EncodeDeps, encode, videoArgs } from './encode-run.ts';
import { type FootageFragment, type FootageIndex, readFootageIndex } from './footage-index.ts';
import { keyframeBefore, readKeyframe } from './keyframe.ts';
import { noFootage } from './problems.ts';
import type { OpenRecording } from './range-plan.ts';
import type { OpenFootage } from './read-bytes.ts';
import { timelapseMoments } from './timelapse-moments.ts';

export interface TimelapseOrder {
  /** The footage of the day, in order. */
  chosen: readonly Chosen[];
  from: number;
  to: number;
  open: OpenRecording;
  path: string;
  /** From 0 to 1. */
  onProgress(share: number): void;
  signal: AbortSignal;
}

/** A minute of pictures. */
const PICTURES = 1800;
const FPS = 30;
const LARGEST = { width: 1920, height: 1080 };

/** A keyframe that is to be shown, and where it is. */
interface Picture {
  chosen: Chosen;
  footage: OpenFootage;
  index: FootageIndex;
  fragment: FootageFragment;
}

/** Rejects as `encode` does, and with `no-footage`. */
export async function makeTimelapse(order: TimelapseOrder, deps: EncodeDeps): Promise<void> {
  const { signal, path } = order;
  const pictures = picturesOf(order);
  const first = await pictures.next();
  if (first.done) throw noFootage();
  const { video } = first.value.index;
  const source = streamOf(first.value, pictures, video.codec, signal);
  await encode(
    {
      input: ['-r', String(FPS), '-f', video.codec],
      output: deps.ffmpeg
        ? ['-an', '-vf', fitted(video), ...videoArgs(deps.ffmpeg, RATE), '-r', String(FPS)]
        : [],
      ...{ source, path, signal },
    },
    deps,
  );
}

/** Pictures that are minutes apart have little in common: without a bound they would take what they can get. */
const RATE = ['-crf', '21', '-maxrate', '6M', '-bufsize', '12M', '-g', String(2 * FPS)];

/** The size of the first picture, made smaller where it is very large; later ones of another shape get a border. */
function fitted({ width = LARGEST.width, height = LARGEST.height }: InitTrack): string {
  const share = Math.min(1, LARGEST.width / width, LARGEST.height / height);
  const even = (pixels: number) => 2 * Math.round((pixels * share) / 2);
  const [w, h] = [even(width), even(height)];
  return [
    `scale=${w}:${h}:force_original_aspect_ratio=decrease:force_divisible_by=2`,
    ...[`pad=${w}:${h}:(ow-iw)/2:(oh-ih)/2`, 'setsar=1', 'format=yuv420p'],
  ].join(',');
}

/** The keyframes nearest before the moments, each once, in order. Recordings that are gone by now are passed over. */
async function* picturesOf(order: TimelapseOrder): AsyncGenerator<Picture> {
  const { chosen, from, to, open, signal } = order;
  const covered = chosen.map((part) => ({ from: Math.max(part.from, from), to: Math.min(part.to, to) }));
  const moments = timelapseMoments(covered, PICTURES);
  let shown = 0;
  for (const [part, { from: begin, to: end }] of covered.entries()) {
    const here = chosen[part];
    const inside = moments.filter((moment) => moment >= begin && moment < end);
    const file = here && inside.length > 0 ? await open(here.recording.id) : undefined;
    if (!here || !file) continue;
    const footage = { id: here.recording.id, file };
    const index = await readFootageIndex(footage, signal);
    let last: FootageFragment | undefined;
    for (const moment of inside) {
      order.onProgress(shown++ / moments.length);
      const fragment = keyframeBefore(index, (moment - here.recording.startedAt) / 1000);
      if (fragment === last) continue;
      last = fragment;
      yield { chosen: here, footage, index, fragment };
    }
  }
}

async function* streamOf(
  first: Picture,
  others: AsyncIterable<Picture>,
  codec: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const known = new Map<FootageIndex, ParameterSets | undefined>();
  const alone = async (picture: Picture) => {
    const { index } = picture;
    if (!known.has(index)) known.set(index, parameterSetsOf(index.video));
    const sets = known.get(index);
    // A stream holds one codec; a day on which that was changed has its first.
    if (!sets || sets.codec !== codec) return undefined;
    const sample = await readKeyframe(picture, signal);
    return sample && pictureAlone(sample, sets);
  };
  const begin = await alone(first);
  if (begin) yield begin;
  for await (const picture of others) {
    const data = await alone(picture);
    if (data) yield data;
  }
}
