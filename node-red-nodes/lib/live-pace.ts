/** Hands pictures on no faster than wanted, and always the newest: those that come meanwhile, or while the flow keeps Node-RED busy, are dropped. */

/** For how long pictures count that tell the present pace. */
const WINDOW_MS = 5000;

export class LivePace<Picture> {
  readonly #intervalMs: number;
  readonly #send: (picture: Picture) => void;
  readonly #sentAt: number[] = [];
  #newest: { picture: Picture } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #notBefore = 0;

  /** @param fps at most so many a second */
  constructor(fps: number, send: (picture: Picture) => void) {
    this.#intervalMs = 1000 / fps;
    this.#send = send;
  }

  /** A new picture; it goes out when its time comes, unless a newer one takes its place. */
  offer(picture: Picture): void {
    this.#newest = { picture };
    this.#timer ??= setTimeout(() => this.#due(), Math.max(0, this.#notBefore - performance.now()));
  }

  /** Pictures a second that went out lately. */
  get fps(): number {
    const since = performance.now() - WINDOW_MS;
    while (this.#sentAt[0] !== undefined && this.#sentAt[0] < since) this.#sentAt.shift();
    const [first = 0] = this.#sentAt;
    const lastedMs = (this.#sentAt.at(-1) ?? 0) - first;
    return lastedMs === 0 ? this.#sentAt.length : ((this.#sentAt.length - 1) / lastedMs) * 1000;
  }

  /** Nothing goes out any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#newest = undefined;
  }

  #due(): void {
    this.#timer = undefined;
    const newest = this.#newest;
    this.#newest = undefined;
    if (!newest) return;
    const begun = performance.now();
    this.#notBefore = begun + this.#intervalMs;
    this.#sentAt.push(begun);
    this.#send(newest.picture);
  }
}
