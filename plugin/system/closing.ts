/**
 * What must be closed, and in which order: last opened, first closed. (`AsyncDisposableStack` does this in Node 24; Node 22 lacks it.)
 * One thing that fails to close does not keep the others open; the first error is thrown at the end.
 */
export class Closing implements AsyncDisposable {
  readonly #steps: (() => unknown)[] = [];
  #closed: Promise<void> | undefined;

  /** Takes a thing to close, and gives it back. What comes after the end is closed at once. */
  use<T extends Disposable | AsyncDisposable>(thing: T): T {
    this.defer(() => (Symbol.asyncDispose in thing ? thing[Symbol.asyncDispose]() : thing[Symbol.dispose]()));
    return thing;
  }

  defer(step: () => unknown): void {
    if (!this.#closed) {
      this.#steps.push(step);
      return;
    }
    this.#closed = this.#closeLate(this.#closed, step);
    // Whoever disposes again hears of a failure; perhaps nobody does.
    this.#closed.catch(() => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #closeLate(before: Promise<void>, step: () => unknown): Promise<void> {
    const results = await Promise.allSettled([before, (async () => step())()]);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #close(): Promise<void> {
    let failure: { error: unknown } | undefined;
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure) throw failure.error;
  }
}
