/** Holds the one detector of all cameras: loads it when it is first needed, and tells what is wrong with it. */
import type { Problem } from '../../../protocol/api.ts';
import type { Clock } from '../../system/clock.ts';
import { ProblemError, reason } from '../../system/problem.ts';
import type { Detector } from '../contract.ts';

export interface DetectorHolderDeps {
  open(): Promise<Detector>;
  clock: Clock;
  /** Told when it changes. */
  onProblem(problem: Problem | undefined): void;
}

/** Between two openings: its program may be there by then, or may have come to itself. */
const AGAIN_MS = 5 * 60_000;
/** One look may fail; after so many in a row it is opened anew. */
const FAILURES = 3;

export class DetectorHolder implements AsyncDisposable {
  readonly #deps: DetectorHolderDeps;
  #opening: Promise<Detector | undefined> | undefined;
  #detector: Detector | undefined;
  #openedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  /** Whether it was opened anew since it failed, and has not looked since. */
  #unproven = false;
  #closing: Promise<void> = Promise.resolve();
  #problem: Problem | undefined;

  constructor(deps: DetectorHolderDeps) {
    this.#deps = deps;
  }

  /** Once it is loaded. */
  get name(): string | undefined {
    return this.#detector?.name;
  }

  /** The detector, as soon as it is loaded; undefined where it does not load. Never rejects. */
  get(): Promise<Detector | undefined> {
    const now = this.#deps.clock.monotonic();
    if (!this.#opening && now - this.#openedAt >= AGAIN_MS) this.#opening = this.#open();
    return this.#opening ?? Promise.resolve(undefined);
  }

  /** To be told after each look. */
  looked(error?: unknown): void {
    this.#failures = error === undefined ? 0 : this.#failures + 1;
    if (error === undefined) {
      this.#unproven = false;
      this.#tell(undefined);
    } else if (this.#failures >= FAILURES) {
      this.#tell(problemOf(error));
      this.#giveUp();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const detector = await this.#opening;
    this.#opening = Promise.resolve(undefined);
    await Promise.all([this.#closing, detector?.[Symbol.asyncDispose]()]);
  }

  /** Closes this one. Another is opened when one is wanted, but not at once where this one has failed from the start. */
  #giveUp(): void {
    const detector = this.#detector;
    if (!detector) return;
    this.#detector = undefined;
    this.#opening = undefined;
    this.#failures = 0;
    this.#unproven = true;
    this.#closing = Promise.resolve(detector[Symbol.asyncDispose]()).catch(() => {});
  }

  async #open(): Promise<Detector | undefined> {
    this.#openedAt = this.#deps.clock.monotonic();
    try {
      await this.#closing;
      this.#detector = await this.#deps.open();
      if (!this.#unproven) this.#tell(undefined);
      return this.#detector;
    } catch (error) {
      this.#openedAt = this.#deps.clock.monotonic();
      this.#opening = undefined;
      this.#tell(problemOf(error));
      return undefined;
    }
  }

  #tell(problem: Problem | undefined): void {
    if (problem?.what === this.#problem?.what && problem?.code === this.#problem?.code) return;
    this.#problem = problem;
    this.#deps.onProblem(problem);
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return {
    code: 'detector-failed',
    what: `The detector fails: ${reason(error)}`,
    cure: 'It is opened anew every few minutes. Where that does not help, choose another detector. Motion goes on without people and packages.',
  };
}
