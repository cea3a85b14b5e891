import type { Problem } from '../../protocol/api.ts';

/** An error that already says what is wrong and what cures it. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(inWords(problem), options);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** A problem as one line of text, for the log and the terminal. */
export const inWords = ({ what, cure }: Problem): string => `${what} ${cure}`;

/** Any thrown thing as one line of text. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
