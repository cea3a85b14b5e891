import type { Log } from '../../system/log.ts';
import { reason } from '../../system/problem.ts';
import type { TargetSession } from '../keeper/contract.ts';
import { type TargetLink, withSession } from './target-link.ts';

/** Takes what lies at the target into the index; tells how many recordings it has found so far. */
export type TakeStock = (
  session: TargetSession,
  options: { onFound(found: number): void; signal: AbortSignal },
) => Promise<void>;

export interface StockTakingOptions {
  link: TargetLink;
  takeStock: TakeStock;
  log: Log;
  signal: AbortSignal;
  /** There is news of it. */
  onNews(): void;
  /** All that lies there is in the index. */
  onDone(): void;
}

/** A place that is new to the index is looked through, beside everything else. */
export class StockTaking {
  readonly #options: StockTakingOptions;
  #work: Promise<void> | undefined;
  #found: number | undefined;
  #fault: string | undefined;

  constructor(options: StockTakingOptions) {
    this.#options = options;
  }

  /** Undefined when the index has all. */
  get underWay(): { found: number } | undefined {
    return this.#found === undefined ? undefined : { found: this.#found };
  }

  /** Why it failed when it was tried last; undefined once it has succeeded. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Resolves, never rejects, when nothing is under way. */
  get ended(): Promise<void> {
    return this.#work ?? Promise.resolve();
  }

  /** Begins where there is need of it, and it is not under way. */
  begin(): void {
    if (this.#work || !this.#options.link.known?.takingStock) return;
    this.#found = 0;
    this.#work = this.#run().finally(() => {
      this.#work = undefined;
    });
  }

  async #run(): Promise<void> {
    const { link, takeStock, log, signal, onNews, onDone } = this.#options;
    const onFound = (found: number) => {
      this.#found = found;
      onNews();
    };
    try {
      await withSession(link, signal, (session) => takeStock(session, { signal, onFound }));
      if (signal.aborted) return;
      link.stockTaken();
      this.#found = undefined;
      this.#fault = undefined;
      onDone();
    } catch (error) {
      if (signal.aborted) return;
      const fault = reason(error);
      if (fault !== this.#fault) log.warn(`What lies at the target is not all in the index yet: ${fault}`);
      this.#fault = fault;
    }
    onNews();
  }
}
