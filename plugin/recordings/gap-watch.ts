import type { CameraRef, GapReason } from '../../protocol/event.ts';
import type { RecordingStore } from './contract.ts';
import { type Cause, gapsBetween } from './gap-policy.ts';

/** Follows the footage of one camera, and notes what is missing between one recording and the next. Times are epoch ms. */
export class GapWatch {
  readonly #camera: CameraRef;
  readonly #store: Pick<RecordingStore, 'noteGap'>;
  #covered: number | undefined;
  #causes: Cause[];

  /**
   * @param covered until when nothing is missing; undefined where nothing is expected before the first footage
   * @param reason why what follows it is missing, unless something else is said
   */
  constructor(
    camera: CameraRef,
    store: Pick<RecordingStore, 'noteGap'>,
    covered: number | undefined,
    reason: GapReason = 'camera-offline',
  ) {
    this.#camera = camera;
    this.#store = store;
    this.#covered = covered;
    this.#causes = [{ since: covered ?? 0, reason }];
  }

  /** Until when nothing is missing; undefined before the first footage. */
  get covered(): number | undefined {
    return this.#covered;
  }

  /** From `since` on footage is missing for this reason. */
  missing(reason: GapReason, since: number): void {
    if (this.#causes.at(-1)?.reason !== reason) this.#causes.push({ since, reason });
  }

  /** Footage begins again at `from`, or nothing more is to be waited for: what is missing before it is noted. */
  resume(from: number): void {
    if (this.#covered !== undefined) {
      for (const gap of gapsBetween(this.#covered, from, this.#causes))
        this.#store.noteGap({ camera: this.#camera, ...gap });
    }
    this.cover(from);
  }

  /** There is footage until `to`. */
  cover(to: number): void {
    this.#covered = to;
    this.#causes = [{ since: to, reason: 'camera-offline' }];
  }
}
