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
/** A crash that costs less is what any restart costs. */
const SHORTEST_CRASH_MS = 10_000;
/** Texts of drives and networks may be long, an event may not. */
const LONGEST_REASON = 400;

const TOLD: readonly GapReason[] = ['spool-full', 'disk-full', 'disk-error', 'disk-slow', 'damaged'];

/** Disposing it tells of the gaps that were not told yet. */
export class StorageEvents implements Disposable {
  readonly #options: StorageEventsOptions;
  #awaySince: number | undefined;
  #saidAway = false;
  #cancelAway = () => {};
  #problem: TargetStatus['problem'];
  readonly #gaps = new Map<string, { gap: NewGap; cancel: () => void }>();

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

  /** Several of one camera and reason within a minute are one event with the whole stretch. */
  gap(gap: NewGap): void {
    if (!this.#isTold(gap)) return;
    const key = `${gap.camera.id} ${gap.reason}`;
    const pending = this.#gaps.get(key);
    if (pending) {
      const { from, to } = pending.gap;
      pending.gap = { ...gap, from: Math.min(from, gap.from), to: Math.max(to, gap.to) };
    } else {
      const cancel = this.#options.clock.after(TOGETHER_MS, () => this.#tellGap(key));
      this.#gaps.set(key, { gap, cancel });
    }
  }

  [Symbol.dispose](): void {
    this.#cancelAway();
    for (const key of [...this.#gaps.keys()]) this.#tellGap(key);
  }

  #isTold({ reason, from, to }: NewGap): boolean {
    if (reason === 'hub-stopped') return this.#options.crashed() && to - from > SHORTEST_CRASH_MS;
    return TOLD.includes(reason);
  }

  #tellGap(key: string): void {
    const pending = this.#gaps.get(key);
    if (!pending) return;
    this.#gaps.delete(key);
    pending.cancel();
    const { camera, from, to, reason } = pending.gap;
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
