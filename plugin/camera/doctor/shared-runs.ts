/** Lets those who ask for the same thing at the same time share one run of it. */

interface Run<T> {
  result: Promise<T>;
  stop: AbortController;
  /** How many still wait for it. */
  waiting: number;
}

export class SharedRuns<T> {
  readonly #runs = new Map<string, Run<T>>();

  /**
   * Joins the run of this key that is under way, else starts one. When `signal` aborts, this caller no longer waits and gets the reason;
   * the run is stopped when nobody waits any more.
   */
  async run(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const run = this.#runs.get(key) ?? this.#start(key, start);
    run.waiting++;
    const { promise: left, reject } = Promise.withResolvers<never>();
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([run.result, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      run.waiting--;
      if (run.waiting === 0) {
        run.stop.abort();
        this.#forget(key, run);
      }
    }
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<T>): Run<T> {
    const stop = new AbortController();
    const run: Run<T> = { result: start(stop.signal), stop, waiting: 0 };
    this.#runs.set(key, run);
    // Nobody may be left to hear of a failure.
    run.result.catch(() => {});
    return run;
  }

  /** A run that nobody waits for any more is no longer there to be joined. */
  #forget(key: string, run: Run<T>): void {
    if (this.#runs.get(key) === run) this.#runs.delete(key);
  }
}
