import type { Problem, TargetState } from '../../protocol/api.ts';
import type { Clock } from '../system/clock.ts';
import type { TargetFacts } from './keeper/contract.ts';

/** How the target is now. */
export interface TargetStatus {
  state: TargetState;
  /** Epoch ms since when it takes recordings, or since when it takes none, for whatever reasons one after the other. */
  since: number;
  /** As it was when it was last seen. */
  facts?: TargetFacts;
  /** When that was, on the monotonic clock. */
  seenAt?: number;
  /** Why it is not ready. */
  problem?: Problem;
}

/** Keeps the status, and tells when it changes. */
export class TargetWatch {
  readonly #clock: Clock;
  readonly #onChange: (status: TargetStatus, before: TargetStatus) => void;
  #status: TargetStatus;

  constructor(clock: Clock, onChange: (status: TargetStatus, before: TargetStatus) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#status = { state: 'starting', since: clock.now() };
  }

  get status(): TargetStatus {
    return this.#status;
  }

  /** Its facts, as each proof gives them; says nothing of the state. */
  seen(facts: TargetFacts): void {
    this.#status = { ...this.#status, facts, seenAt: this.#clock.monotonic() };
  }

  ready(): void {
    this.#set('ready', undefined);
  }

  away(state: Exclude<TargetState, 'ready' | 'starting'>, problem: Problem): void {
    this.#set(state, problem);
  }

  #set(state: TargetState, problem: Problem | undefined): void {
    const before = this.#status;
    if (state === before.state && problem?.code === before.problem?.code) return;
    const { problem: _, ...rest } = before;
    const goesOn = state === before.state || (isAway(state) && isAway(before.state));
    const since = goesOn ? before.since : this.#clock.now();
    this.#status = { ...rest, state, since, ...(problem && { problem }) };
    this.#onChange(this.#status, before);
  }
}

/** It takes no recordings. */
const isAway = (state: TargetState) => state !== 'ready' && state !== 'starting';
