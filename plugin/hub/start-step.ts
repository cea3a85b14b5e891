/** A step of the start that may fail without stopping the others. */
import type { Problem } from '../../protocol/api.ts';
import type { Log } from '../system/log.ts';
import { inWords, ProblemError, reason } from '../system/problem.ts';

/** Runs the step; when it fails, its problem is noted and logged, and the hub goes on without what it would have given. */
export async function tryFor<T>(
  step: () => Promise<T>,
  problems: Problem[],
  log: Log,
): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    const problem =
      error instanceof ProblemError
        ? error.problem
        : {
            code: 'unexpected',
            what: `${reason(error)}.`,
            cure: 'Please report this with the lines of the log around it.',
          };
    note(problem, problems, log);
    return undefined;
  }
}

export function note(problem: Problem, problems: Problem[], log: Log): void {
  problems.push(problem);
  log.error(inWords(problem));
}
