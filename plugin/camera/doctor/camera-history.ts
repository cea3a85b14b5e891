import type { Clock } from '../../system/clock.ts';
import type { Camera } from '../contract.ts';
import type { CameraHistory, Drop } from './facts.ts';

/** More than anybody wants to read of. */
const MOST_DROPS = 100;

/** Remembers how often a camera was lost, until it is disposed. Privacy mode is no loss, nor is the time before the first picture. */
export class CameraHistoryKeeper implements Disposable {
  readonly #clock: Clock;
  readonly #since: number;
  readonly #end: () => void;
  #drops: Drop[] = [];
  #wasOnline: boolean;

  constructor(camera: Pick<Camera, 'state' | 'onState'>, clock: Clock) {
    this.#clock = clock;
    this.#since = clock.monotonic();
    this.#wasOnline = camera.state.online;
    this.#end = camera.onState((state) => this.#take(state));
  }

  get history(): CameraHistory {
    return { watchedMs: this.#clock.monotonic() - this.#since, drops: this.#drops };
  }

  [Symbol.dispose](): void {
    this.#end();
  }

  #take({ online, privacy, since, problem }: Camera['state']): void {
    const last = this.#drops.at(-1);
    if (online || privacy) {
      if (last && last.backAt === undefined) this.#replaceLast({ ...last, backAt: since });
      this.#wasOnline = online;
      return;
    }
    if (this.#wasOnline) {
      this.#drops = [...this.#drops, { at: since, ...(problem && { why: problem.code }) }].slice(-MOST_DROPS);
      this.#wasOnline = false;
    } else if (problem && last && last.backAt === undefined) {
      this.#replaceLast({ ...last, why: problem.code });
    }
  }

  #replaceLast(drop: Drop): void {
    this.#drops = [...this.#drops.slice(0, -1), drop];
  }
}
