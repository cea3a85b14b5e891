/** One picture of a stream, decoded for nobody but the question whether the camera masks it. */
import { ProblemError } from '../system/problem.ts';
import type { Luma } from './contract.ts';
import type { DecodeDeps } from './decode-still.ts';
import { lookArgs, type StreamPlan } from './reader-args.ts';
import { readerProblem } from './reader-problem.ts';
import { SmallParser } from './small-parser.ts';
import { untilAborted } from './until-aborted.ts';

/**
 * Undefined when there is no picture before the signal aborts. Nothing of it is kept.
 *
 * @throws ProblemError `wrong-password`, so that the same one is not tried again at once
 */
export async function lookOnce(
  stream: Pick<StreamPlan, 'url' | 'transport'>,
  deps: DecodeDeps,
  signal: AbortSignal,
): Promise<Luma | undefined> {
  if (signal.aborted) return undefined;
  const parser = new SmallParser();
  await using child = deps.startChild(deps.ffmpeg.path, lookArgs(deps.ffmpeg, stream));
  const seen = new Promise<Luma>((resolve) => {
    child.outputs[0]?.on('data', (chunk: Buffer) => {
      const picture = parser.push(chunk)[0];
      if (picture) resolve(picture);
    });
  });
  const first = await untilAborted(Promise.race([seen, child.exited]), signal);
  if (!first || 'luma' in first) return first;
  const problem = readerProblem({ kind: 'exit', exit: first }, stream.url);
  if (problem.code === 'wrong-password') throw new ProblemError(problem);
  return undefined;
}
