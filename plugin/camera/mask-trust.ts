/** Whether the masks that a camera makes itself are relied on: one judgement for all of its streams, looked after as long as it holds. */
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { Luma } from './contract.ts';
import { staysMasked } from './mask-proof.ts';
import type { Polygon } from './masks.ts';

/** A stream that relies on them. */
export interface Reliance extends Disposable {
  /** Aborts when it must not any more. */
  readonly lost: AbortSignal;
}

export interface MaskTrustOptions {
  polygons: readonly Polygon[];
  clock: Clock;
  log: Log;
  /** Called at once when the trust is lost, while what was seen before may hold what should be hidden. */
  onLost: () => void;
}

/** The stream that is looked at may take this long to come, or to come back. */
const UNSEEN_MS = 30_000;
const LOOK_MS = 5_000;
/** How long they are not relied on again, doubled with each time. */
const FIRST_DISTRUST_MS = 10 * 60_000;
const LONGEST_DISTRUST_MS = 12 * 3_600_000;

export class MaskTrust {
  readonly #options: MaskTrustOptions;
  readonly #relying = new Set<AbortController>();
  #seenAt: number | undefined;
  #losses = 0;
  #notBefore = Number.NEGATIVE_INFINITY;
  #cancel = () => {};

  constructor(options: MaskTrustOptions) {
    this.#options = options;
  }

  /** How long they are not to be relied on, in ms; 0 when they may. */
  get distrustedMs(): number {
    return Math.max(0, this.#notBefore - this.#options.clock.monotonic());
  }

  /** Whether pictures of a stream that relies on them are being looked at. */
  get watched(): boolean {
    return this.#relying.size > 0 && this.#seenAt !== undefined && !this.#unseen();
  }

  /** To be disposed when the connection ends. */
  rely(): Reliance {
    const controller = new AbortController();
    if (this.#relying.size === 0) {
      this.#seenAt = this.#options.clock.monotonic();
      this.#look();
    }
    this.#relying.add(controller);
    return {
      lost: controller.signal,
      [Symbol.dispose]: () => {
        this.#relying.delete(controller);
        if (this.#relying.size === 0) this.#cancel();
      },
    };
  }

  /** Each small picture in which the hub has hidden nothing. @returns whether it may be shown */
  see(frame: Luma): boolean {
    if (!staysMasked(frame, this.#options.polygons)) {
      this.#lose('its picture does not show them any more');
      return false;
    }
    this.#seenAt = this.#options.clock.monotonic();
    return true;
  }

  #unseen(): boolean {
    return this.#options.clock.monotonic() - (this.#seenAt ?? 0) >= UNSEEN_MS;
  }

  /** A stream that nothing is decoded of is only as good as the one beside it that is. */
  #look(): void {
    this.#cancel();
    if (this.#unseen()) this.#lose('nothing shows whether it still does');
    else this.#cancel = this.#options.clock.after(LOOK_MS, () => this.#look());
  }

  #lose(why: string): void {
    if (this.#relying.size === 0) return;
    const { clock, log, onLost } = this.#options;
    this.#cancel();
    const forMs = Math.min(LONGEST_DISTRUST_MS, FIRST_DISTRUST_MS * 2 ** Math.min(16, this.#losses++));
    this.#notBefore = clock.monotonic() + forMs;
    log.warn(`Privacy masks: the camera is not relied on to hide them, ${why}.`);
    const relying = [...this.#relying];
    this.#relying.clear();
    for (const controller of relying) controller.abort();
    onLost();
  }
}
