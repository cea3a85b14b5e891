/** The last look at what was made: only what passes here is a redacted file. Whatever is wrong with the making, it is found in the file itself. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { SmallPicture } from '../../camera/small-parser.ts';
import type { RedactedFile } from '../contract.ts';
import { checkJpeg } from './check-jpeg.ts';
import { checkMp4 } from './check-mp4.ts';
import type { RedactionPlan, Rendered } from './contract.ts';
import type { CoverMask } from './cover-mask.ts';
import { looksCovered } from './cover-picture.ts';
import { decodeStored } from './decode.ts';
import { notClean } from './problems.ts';
import type { FfmpegDeps } from './run-ffmpeg.ts';

/** What was to be made. */
export interface Expected<Plan extends RedactionPlan> {
  plan: Plan;
  mask: CoverMask;
  /** Time of each picture that was written, in ms of the clip. */
  times: readonly number[];
  /** Length of what was cut, in seconds; absent for a still. */
  seconds?: number;
  /** Another picture was looked at. */
  onPicture(): void;
}

/**
 * Checks the file itself: what it holds, how many pictures, that each is covered where it must be. Gives it as a redacted file, with its
 * hash. Rejects with a `ProblemError`, `redaction-not-clean`. To be called by what rendered the file, which knows what is hidden when.
 */
export async function checkRedacted<Plan extends RedactionPlan>(
  path: string,
  expected: Expected<Plan>,
  signal: AbortSignal,
  deps: FfmpegDeps,
): Promise<Rendered<Plan>> {
  const { plan, mask, times, seconds, onPicture } = expected;
  const look = async (picture: SmallPicture, index: number) => {
    onPicture();
    const squares = mask.at(times[index] ?? Number.NaN);
    if (plan.fill === 'solid' && !looksCovered(picture, squares))
      throw notClean(`picture ${index + 1} shows what must be hidden`);
  };
  if (seconds === undefined) checkJpeg(await readFile(path));
  else await checkMp4(path, { frames: times.length, seconds, audio: plan.audio });
  const format = seconds === undefined ? 'jpeg' : 'mp4';
  const shown = await decodeStored({ path, format, signal, onPicture: look }, deps);
  if (shown !== times.length) throw notClean(`it shows ${shown} pictures instead of ${times.length}`);
  const { size } = await stat(path);
  return branded(plan, {
    ...{ path, bytes: size, sha256: await sha256Of(path) },
    contentType: format === 'mp4' ? 'video/mp4' : 'image/jpeg',
  });
}

/** What a gate writes down of a redacted file, to find it again after a restart. */
export type KeptFile = Pick<RedactedFile, 'path' | 'bytes' | 'sha256' | 'contentType'>;

/** The file as it was written down; undefined when it is gone or one byte of it is another. */
export async function reopenRedacted<Plan extends RedactionPlan>(
  plan: Plan,
  kept: KeptFile,
): Promise<Rendered<Plan> | undefined> {
  return (await isUnchanged(kept)) ? branded(plan, kept) : undefined;
}

/** Whether the bytes are still those of its hash: to be asked again right before they leave. */
export async function isUnchanged({ path, bytes, sha256 }: KeptFile): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  return facts?.size === bytes && (await sha256Of(path)) === sha256;
}

function branded<Plan extends RedactionPlan>(_plan: Plan, file: KeptFile): Rendered<Plan> {
  return file as Rendered<Plan>;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
