/** Work that takes its time, one after the other in each line, so that nothing overtakes; lines do not wait for each other. */

export interface InOrderOptions<Job, Result> {
  /** Never rejects. `signal`: the job is to be given up, because too many wait behind it or all is over. */
  work(job: Job, signal: AbortSignal): Promise<Result>;
  /** In each line in the order in which the jobs came; never after `close`. */
  done(job: Job, result: Result): void;
  /** So many jobs of one line may wait; more, and the oldest are hurried. */
  most: number;
}

interface Waiting<Job> {
  job: Job;
  hurry: AbortController;
}

export class InOrder<Job, Result> {
  readonly #options: InOrderOptions<Job, Result>;
  readonly #lines = new Map<string, Waiting<Job>[]>();
  #closed = false;

  constructor(options: InOrderOptions<Job, Result>) {
    this.#options = options;
  }

  /** Puts a job at the end of a line; all that come are done, in time or hurried. */
  add(line: string, job: Job): void {
    if (this.#closed) return;
    const waiting = { job, hurry: new AbortController() };
    const known = this.#lines.get(line);
    if (!known) {
      const jobs = [waiting];
      this.#lines.set(line, jobs);
      void this.#workOff(line, jobs);
      return;
    }
    known.push(waiting);
    if (known.length > this.#options.most) known.find(({ hurry }) => !hurry.signal.aborted)?.hurry.abort();
  }

  /** Gives all of it up; nothing is done any more. */
  close(): void {
    this.#closed = true;
    for (const jobs of this.#lines.values()) for (const { hurry } of jobs) hurry.abort();
    this.#lines.clear();
  }

  async #workOff(line: string, jobs: Waiting<Job>[]): Promise<void> {
    for (let head = jobs[0]; head; head = jobs[0]) {
      const result = await this.#options.work(head.job, head.hurry.signal);
      if (this.#closed) return;
      jobs.shift();
      this.#options.done(head.job, result);
    }
    this.#lines.delete(line);
  }
}
