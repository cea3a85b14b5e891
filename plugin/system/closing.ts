/**
 * What must be closed, and in which order: last opened, first closed. (`AsyncDisposableStack` does this in Node 24; Node 22 lacks it.)
 * One thing that fails to close does not keep the others open; the first error is thrown at the end.
 */
export class Closing implements AsyncDisposable {
  readonly #steps: (() => unknown)[] = [];
  #closed: Promise<void> | undefined;

  /** Takes a thing to close, and gives it back. */
  use<T extends Disposable | AsyncDisposable>(thing: T): T {
    this.defer(() => (Symbol.asyncDispose in thing ? thing[Symbol.asyncDispose]() : thing[Symbol.dispose]()));
    return thing;
  }

  defer(step: () => unknown): void {
    this.#steps.push(step);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
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
