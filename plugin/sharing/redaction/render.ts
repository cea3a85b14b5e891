/**
 * Makes the hidden copy of a clip, or of one moment of it. Pictures go from one ffmpeg through this process, which covers them, to another:
 * what encodes never sees what is hidden. Nothing unhidden is left behind, however it ends.
 */
import { rename } from 'node:fs/promises';
import type { SmallPicture } from '../../camera/small-parser.ts';
import { checkRedacted, type Expected } from './check-redacted.ts';
import type { HeadFinder, RedactionPlan, Rendered, Source, Stretch } from './contract.ts';
import { CoverMask, type PictureSize } from './cover-mask.ts';
import { coverPicture } from './cover-picture.ts';
import { decodePictures, lookAtSource } from './decode.ts';
import { encodePictures, encodeStill, rateOf, type WritePicture } from './encode.ts';
import { badPlan, cutBeyondClip, noHeadFinder, noSound } from './problems.ts';
import { type FfmpegDeps, Watchdog } from './run-ffmpeg.ts';
import { readSourceFacts } from './source-facts.ts';
import { survey } from './survey.ts';
import { copySource, openWorkFiles, type WorkFiles } from './work-files.ts';

export interface RenderOptions extends FfmpegDeps {
  /** What of the clip leaves, in ms since its first picture. */
  cut: Stretch;
  /** Where the file is made; nobody else writes there. */
  folder: string;
  signal: AbortSignal;
  /** From 0 to 1. */
  onProgress(share: number): void;
  /** Needed for a plan with `heads`. */
  headFinder?: HeadFinder;
}

/** Longest cut: what a recipient is ever given. */
const LONGEST_MS = 10 * 60_000;
/** How much longer than the cut it may take in all. */
const PATIENCE = { leastMs: 10 * 60_000, perMs: 60 };
/** A clip that ends so long before the cut is shown standing still at its end. */
const STILL_AT_END_MS = 1000;
const STILL_MS = 1000;

/** Makes an MP4. Rejects with a `ProblemError`, or with the signal's reason when it aborts; no file and no ffmpeg is left then. */
export function render<Plan extends RedactionPlan>(
  plan: Plan,
  source: Source,
  options: RenderOptions,
): Promise<Rendered<Plan>> {
  return make(plan, source, options, 'mp4', makeClip);
}

/** The same for one moment, as a JPEG. @param at ms since the first picture of the clip */
export function renderStill<Plan extends RedactionPlan>(
  plan: Plan,
  source: Source,
  options: Omit<RenderOptions, 'cut'> & { at: number },
): Promise<Rendered<Plan>> {
  const cut = { from: options.at, to: options.at + STILL_MS };
  return make(plan, source, { ...options, cut }, 'jpg', makeStill);
}

/** All that the making of one file needs. */
interface Job {
  plan: RedactionPlan;
  cut: Stretch;
  files: WorkFiles;
  size: PictureSize;
  rate: string;
  mask: CoverMask;
  signal: AbortSignal;
  deps: FfmpegDeps;
  /** Another picture is done. */
  onPicture(): void;
}

/** What was made, to be checked. */
type Made = Pick<Expected<RedactionPlan>, 'times' | 'seconds'>;

async function make<Plan extends RedactionPlan>(
  plan: Plan,
  source: Source,
  options: RenderOptions,
  ending: 'mp4' | 'jpg',
  write: (job: Job) => Promise<Made>,
): Promise<Rendered<Plan>> {
  const { cut, folder, onProgress, headFinder, ...deps } = options;
  checkCut(cut);
  if (plan.heads && !headFinder) throw noHeadFinder();
  options.signal.throwIfAborted();
  await using files = await openWorkFiles(folder, ending);
  using dog = new Watchdog(deps.clock, PATIENCE.leastMs + PATIENCE.perMs * (cut.to - cut.from));
  const signal = AbortSignal.any([options.signal, dog.signal]);
  await copySource(source, files.source, signal);
  const facts = await readSourceFacts(files.source);
  if (plan.audio && !facts.audio) throw noSound();
  const { rate, ...size } = await lookAtSource(files.source, signal, deps);
  const seen = await survey(
    { path: files.source, cut, plan, headFinder, signal, onPicture: () => dog.kick() },
    deps,
  );
  const mask = new CoverMask(plan, size, seen);
  const all = ending === 'mp4' ? 2 * framesOf(cut, rate) : 2;
  let done = 0;
  const onPicture = () => {
    dog.kick();
    onProgress(Math.min(1, ++done / all));
  };
  const made = await write({ ...{ plan, cut, files, size, rate, mask, signal, deps }, onPicture });
  const file = await checkRedacted(files.part, { plan, mask, ...made, onPicture }, signal, deps);
  await rename(files.part, files.result);
  return { ...file, path: files.result };
}

function checkCut({ from, to }: Stretch): void {
  if (!Number.isFinite(from) || !Number.isFinite(to) || from < 0 || to <= from)
    throw badPlan('the chosen time ends before it begins');
  if (to - from > LONGEST_MS) throw badPlan(`more than ${LONGEST_MS / 60_000} minutes were chosen`);
}

/** How many pictures a cut becomes: at least one. */
function framesOf({ from, to }: Stretch, rate: string): number {
  return Math.max(1, Math.round(((to - from) / 1000) * rateOf(rate)));
}

async function makeClip({ plan, cut, files, size, rate, mask, signal, deps, onPicture }: Job): Promise<Made> {
  const frames = framesOf(cut, rate);
  const frameMs = 1000 / rateOf(rate);
  const times = Array.from({ length: frames }, (_, index) => cut.from + index * frameMs);
  const feed = async (write: WritePicture) => {
    let last: SmallPicture | undefined;
    let count = 0;
    const add = async (picture: SmallPicture) => {
      last = picture;
      coverPicture(picture, mask.at(times[count++] as number), plan.fill);
      await write([picture.luma, picture.cb, picture.cr]);
      onPicture();
    };
    await decodePictures(
      {
        ...{ path: files.source, cut, rate, signal },
        onPicture: async (picture) => {
          if (count < frames) await add(picture);
        },
      },
      deps,
    );
    if (!last || (frames - count) * frameMs > STILL_AT_END_MS) throw cutBeyondClip();
    // The last one is covered already: what was hidden in it stays so.
    while (count < frames) await add(last);
  };
  const seconds = frames / rateOf(rate);
  const audioFrom = plan.audio ? files.source : undefined;
  await encodePictures(
    {
      size,
      rate,
      cut: { from: cut.from, to: cut.from + 1000 * seconds },
      audioFrom,
      path: files.part,
      signal,
    },
    deps,
    feed,
  );
  return { times, seconds };
}

async function makeStill({
  plan,
  cut,
  files,
  size,
  rate,
  mask,
  signal,
  deps,
  onPicture,
}: Job): Promise<Made> {
  let first: SmallPicture | undefined;
  await decodePictures(
    {
      ...{ path: files.source, cut, rate, signal },
      onPicture: async (picture) => {
        first ??= picture;
      },
    },
    deps,
  );
  if (!first) throw cutBeyondClip();
  coverPicture(first, mask.at(cut.from), plan.fill);
  onPicture();
  const { luma, cb, cr } = first;
  await encodeStill({ size, path: files.part, signal }, deps, (write) => write([luma, cb, cr]));
  return { times: [cut.from] };
}
