import type { MqttClient } from 'mqtt';
import type { Problem } from '../../protocol/api.ts';
import type { Log } from '../system/log.ts';
import { inWords, reason } from '../system/problem.ts';
import { connectProblem, unreachable } from './broker.ts';

/** What is wrong with one connection to a broker now; in the log when it is news. */
export class BrokerTrouble {
  readonly #url: string;
  readonly #loss: string;
  readonly #log: Log;
  #problem: Problem | undefined;

  /** @param loss what is missed meanwhile, a clause: `triggers from it are not heard` */
  constructor(url: string, loss: string, log: Log) {
    this.#url = url;
    this.#loss = loss;
    this.#log = log;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  say(problem: Problem): void {
    if (this.#problem?.what !== problem.what) this.#log.warn(inWords(problem));
    this.#problem = problem;
  }

  /** Something that was asked of it failed. */
  failed(error: unknown): void {
    this.say(unreachable(this.#url, reason(error), this.#loss));
  }

  /** Takes what the connection says of itself. */
  follow(client: MqttClient): void {
    client.on('error', (error) => this.say(connectProblem(this.#url, error, this.#loss)));
    client.on('offline', () =>
      this.say(this.#problem ?? unreachable(this.#url, 'it does not answer', this.#loss)),
    );
  }

  /** All is well; `words` go to the log where it was not. */
  over(words: string): void {
    if (this.#problem) this.#log.info(words);
    this.#problem = undefined;
  }
}
