/** What programs and people are told when storage changes: events of kind `storage`. */
import type { EventDraft, GapReason, StorageFacts } from '../../protocol/event.ts';
import type { Clock } from '../system/clock.ts';
import type { NewGap } from './recording.ts';
import type { TargetStatus } from './target-status.ts';

export interface StorageEventsOptions {
  clock: Clock;
  publish(draft: EventDraft): void;
  /** What waits now, and how long there is room for more. */
  waiting(): Pick<StorageFacts, 'bufferedMs' | 'hoursLeft'>;
  /** Whether the run before this one ended in a crash. */
  crashed(): boolean;
}

/** A target that is away for less is not worth waking anybody for. */
const AWAY_MS = 30_000;
/** What is missing within so long is told at once. */
const TOGETHER_MS = 60_000;
/** As long as more goes missing it is told again so often, and with the whole stretch. After so long without any it is over. */
const AGAIN_MS = 3_600_000;
/** A crash that costs less is what any restart costs. */
const SHORTEST_CRASH_MS = 10_000;
/** Texts of drives and networks may be long, an event may not. */
const LONGEST_REASON = 400;

const TOLD: readonly GapReason[] = ['spool-full', 'disk-full', 'disk-error', 'disk-slow', 'damaged'];

/** Footage of one camera that goes missing for one reason. */
interface Loss {
  /** From the first to the last of it. */
  gap: NewGap;
  /** Whether there is more than was told. */
  untold: boolean;
  cancel: () => void;
}

/** Disposing it tells of the gaps that were not told yet. */
export class StorageEvents implements Disposable {
  readonly #options: StorageEventsOptions;
  #awaySince: number | undefined;
  #saidAway = false;
  #cancelAway = () => {};
  #problem: TargetStatus['problem'];
  readonly #losses = new Map<string, Loss>();

  constructor(options: StorageEventsOptions) {
    this.#options = options;
  }

  target({ state, since, problem }: TargetStatus): void {
    const { clock } = this.#options;
    this.#problem = problem;
    if (state === 'starting') return;
    if (state === 'ready') this.#back();
    else if (this.#awaySince === undefined) {
      this.#awaySince = since;
      this.#cancelAway = clock.after(AWAY_MS, () => this.#away());
    }
  }

  low(): void {
    this.#publish('spool-low', this.#options.waiting());
  }

  /** Several of one camera and reason within a minute are one event with the whole stretch; what follows is told each hour. */
  gap(gap: NewGap): void {
    if (!this.#isTold(gap)) return;
    const key = `${gap.camera.id} ${gap.reason}`;
    const loss = this.#losses.get(key);
    if (loss) {
      const { from, to } = loss.gap;
      loss.gap = { ...gap, from: Math.min(from, gap.from), to: Math.max(to, gap.to) };
      loss.untold = true;
    } else {
      const cancel = this.#options.clock.after(TOGETHER_MS, () => this.#due(key));
      this.#losses.set(key, { gap, untold: true, cancel });
    }
  }

  [Symbol.dispose](): void {
    this.#cancelAway();
    for (const loss of this.#losses.values()) {
      loss.cancel();
      this.#tellGap(loss);
    }
    this.#losses.clear();
  }

  #isTold({ reason, from, to }: NewGap): boolean {
    if (reason === 'hub-stopped') return this.#options.crashed() && to - from > SHORTEST_CRASH_MS;
    return TOLD.includes(reason);
  }

  #due(key: string): void {
    const loss = this.#losses.get(key);
    if (!loss?.untold) {
      this.#losses.delete(key);
      return;
    }
    this.#tellGap(loss);
    loss.cancel = this.#options.clock.after(AGAIN_MS, () => this.#due(key));
  }

  #tellGap(loss: Loss): void {
    if (!loss.untold) return;
    loss.untold = false;
    const { camera, from, to, reason } = loss.gap;
    this.#publish('gap', { reason, from, to }, camera);
  }

  #away(): void {
    this.#saidAway = true;
    const reason = this.#problem?.what.slice(0, LONGEST_REASON);
    this.#publish('nas-missing', {
      ...(reason !== undefined && { reason }),
      ...(this.#awaySince !== undefined && { from: this.#awaySince }),
      ...this.#options.waiting(),
    });
  }

  #back(): void {
    this.#cancelAway();
    const from = this.#awaySince;
    this.#awaySince = undefined;
    if (!this.#saidAway) return;
    this.#saidAway = false;
    const to = this.#options.clock.now();
    this.#publish('nas-back', { ...(from !== undefined && { from }), to, ...this.#options.waiting() });
  }

  #publish(phase: EventDraft['phase'], storage: StorageFacts, camera?: NewGap['camera']): void {
    const at = this.#options.clock.now();
    this.#options.publish({ kind: 'storage', phase, at, storage, ...(camera && { camera }) });
  }
}
