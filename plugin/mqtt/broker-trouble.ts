import type { Problem } from '../../protocol/api.ts';
import type { Log } from '../system/log.ts';
import { inWords } from '../system/problem.ts';

/** What is wrong with the broker now; in the log when it is news. */
export class BrokerTrouble {
  readonly #log: Log;
  #problem: Problem | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  say(problem: Problem): void {
    if (this.#problem?.what !== problem.what) this.#log.warn(inWords(problem));
    this.#problem = problem;
  }

  over(): void {
    if (this.#problem) this.#log.info('MQTT: connected again.');
    this.#problem = undefined;
  }
}
