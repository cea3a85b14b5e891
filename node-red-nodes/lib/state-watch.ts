/** Asks a question again whenever its answer may have changed. */
import type { StateAnswer } from './state-question.ts';

export interface StateWatchOptions {
  /** Rejects where there is no answer now. */
  ask(): Promise<StateAnswer>;
  onAnswer(answer: StateAnswer, changed: 'first' | 'yes' | 'no'): void;
  onFailed(error: unknown): void;
}

/** Not all that changes an answer is an event: somebody comes home, detection is switched off. */
const LOOK_AGAIN_MS = 30_000;

export class StateWatch {
  readonly #options: StateWatchOptions;
  readonly #timer: NodeJS.Timeout;
  #last: boolean | undefined;
  #asking = false;
  #again = false;
  #stopped = false;

  constructor(options: StateWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.look(), LOOK_AGAIN_MS);
  }

  /** Asks now, or once more when the answer under way is there. Never rejects. */
  async look(): Promise<void> {
    this.#again = this.#asking;
    if (this.#asking || this.#stopped) return;
    this.#asking = true;
    const answer = await this.#options.ask().catch((error: unknown) => {
      if (!this.#stopped) this.#options.onFailed(error);
    });
    this.#asking = false;
    if (this.#stopped) return;
    if (answer) {
      const changed = this.#last === undefined ? 'first' : this.#last === answer.is ? 'no' : 'yes';
      this.#last = answer.is;
      this.#options.onAnswer(answer, changed);
    }
    if (this.#again) await this.look();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }
}
