/** Work that several wait for is done once, and given up when nobody waits any more. */
export class SharedWork<Key, Result> {
  readonly #underWay = new Map<Key, { waiting: number; stop: AbortController; result: Promise<Result> }>();

  /** Begins the work of this key, or waits for what another began. Rejects when `signal` aborts, whatever the work does then. */
  async run(key: Key, signal: AbortSignal, begin: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    signal.throwIfAborted();
    const work = this.#underWay.get(key) ?? this.#begin(key, begin);
    work.waiting += 1;
    const { promise: left, reject } = Promise.withResolvers<never>();
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([work.result, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      work.waiting -= 1;
      if (work.waiting === 0) {
        if (this.#underWay.get(key) === work) this.#underWay.delete(key);
        work.stop.abort();
      }
    }
  }

  #begin(key: Key, begin: (signal: AbortSignal) => Promise<Result>) {
    const stop = new AbortController();
    const work = { waiting: 0, stop, result: begin(stop.signal) };
    // Whoever waits hears of it; when nobody does, nobody needs to.
    work.result.catch(() => {});
    this.#underWay.set(key, work);
    return work;
  }
}
