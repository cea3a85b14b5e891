import type { Problem } from '../../protocol/api.ts';

/** An error that already says what is wrong and what cures it. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(`${problem.what} ${problem.cure}`, options);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** Any thrown thing as one line of text. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
