import type { SmallFrame } from '../../plugin/camera/contract.ts';
import type { SightOptions } from '../../plugin/detection/contract.ts';
import type { WatchedCamera, Watcher, WatcherNews } from '../../plugin/detection/watcher/contract.ts';
import type { Problem } from '../../protocol/api.ts';
import type { SightInfo } from '../../protocol/detection.ts';

/** What one camera gave to be looked at, and how a test has something be seen there. */
export interface FakeWatched {
  /** Newest last; the first is what it began with. */
  readonly options: SightOptions[];
  readonly frames: SmallFrame[];
  /** Packages that it was told are gone. */
  readonly gone: string[];
  readonly closed: boolean;
  /** How often it was asked to forget what it saw. */
  readonly forgets: number;
  tell(news: WatcherNews): void;
}

/** A watcher that sees what a test tells it. */
export class FakeWatcher implements Watcher {
  problem: Problem | undefined;
  /** What it sees, for each camera. */
  sees: SightInfo | undefined;
  closed = false;
  readonly #cameras = new Map<string, FakeWatched>();

  open(cameraId: string, options: SightOptions, onNews: (news: WatcherNews) => void): WatchedCamera {
    let closed = false;
    let forgets = 0;
    const watched = {
      ...{ options: [options], frames: [] as SmallFrame[], gone: [] as string[] },
      get closed() {
        return closed;
      },
      get forgets() {
        return forgets;
      },
      tell: (news: WatcherNews) => {
        if (!closed) onNews(news);
      },
    };
    this.#cameras.set(cameraId, watched);
    return {
      push: (frame) => void watched.frames.push(frame),
      configure: (next) => void watched.options.push(next),
      forget: () => void forgets++,
      gone: (packageIds) => void watched.gone.push(...packageIds),
      info: async () => (closed ? undefined : this.sees),
      [Symbol.dispose]: () => {
        closed = true;
      },
    };
  }

  /** The camera with this id; throws when nobody wants it looked at. */
  of(cameraId: string): FakeWatched {
    const watched = this.#cameras.get(cameraId);
    if (!watched) throw new Error(`Nobody looks at ${cameraId}.`);
    return watched;
  }

  get cameraIds(): string[] {
    return [...this.#cameras.keys()];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closed = true;
  }
}
