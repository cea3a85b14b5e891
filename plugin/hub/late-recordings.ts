/** The recordings of the hub, also where they cannot be opened yet. */
import type { Problem } from '../../protocol/api.ts';
import type { Recordings } from '../recordings/contract.ts';
import type { Clock } from '../system/clock.ts';

export interface LateRecordingsOptions {
  /** Opens them; the problem where that is not possible now. */
  open(): Promise<Recordings | Problem>;
  /** What stands for them meanwhile. */
  without(problem: Problem): Recordings;
  clock: Clock;
}

const RETRY_MS = 60_000;

/** Resolves with what there is now: where recordings cannot be opened, all rooms get what stands for them, and it is tried again each minute. */
export async function openLate(options: LateRecordingsOptions): Promise<Recordings> {
  const first = await options.open();
  return 'code' in first ? new LateRecordings(options, first) : first;
}

class LateRecordings implements Recordings {
  readonly #options: LateRecordingsOptions;
  readonly #listeners = new Map<object, { listener: () => void; end: () => void }>();
  #now: Recordings;
  #cancel = () => {};
  #trying: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: LateRecordingsOptions, problem: Problem) {
    this.#options = options;
    this.#now = options.without(problem);
    this.#later();
  }

  get problems(): readonly Problem[] {
    return this.#now.problems;
  }

  onStorage(listener: () => void): () => void {
    const entry = {};
    this.#listeners.set(entry, { listener, end: this.#now.onStorage(listener) });
    return () => {
      this.#listeners.get(entry)?.end();
      this.#listeners.delete(entry);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#trying;
    this.#listeners.clear();
    await this.#now[Symbol.asyncDispose]();
  }

  #later(): void {
    this.#cancel = this.#options.clock.after(RETRY_MS, () => {
      this.#trying = this.#try();
    });
  }

  async #try(): Promise<void> {
    const found = await this.#options.open();
    this.#now = 'code' in found ? this.#options.without(found) : found;
    if (this.#closed) return;
    for (const each of this.#listeners.values()) {
      each.end();
      each.end = this.#now.onStorage(each.listener);
      each.listener();
    }
    if ('code' in found) this.#later();
  }

  list: Recordings['list'] = (query) => this.#now.list(query);
  get: Recordings['get'] = (id) => this.#now.get(id);
  clip: Recordings['clip'] = (id) => this.#now.clip(id);
  snapshot: Recordings['snapshot'] = (id) => this.#now.snapshot(id);
  timeline: Recordings['timeline'] = (query) => this.#now.timeline(query);
  storage: Recordings['storage'] = () => this.#now.storage();
  pin: Recordings['pin'] = (id, pinned) => this.#now.pin(id, pinned);
  setUpTarget: Recordings['setUpTarget'] = () => this.#now.setUpTarget();
  tryTarget: Recordings['tryTarget'] = () => this.#now.tryTarget();
  allowRemoval: Recordings['allowRemoval'] = () => this.#now.allowRemoval();
  recordings: Recordings['recordings'] = (query) => this.#now.recordings(query);
  segments: Recordings['segments'] = (id) => this.#now.segments(id);
  open: Recordings['open'] = (id) => this.#now.open(id);
  begin: Recordings['begin'] = (...given) => this.#now.begin(...given);
  saveSnapshot: Recordings['saveSnapshot'] = (event, still) => this.#now.saveSnapshot(event, still);
  noteGap: Recordings['noteGap'] = (gap) => this.#now.noteGap(gap);
  lastContinuousEnd: Recordings['lastContinuousEnd'] = (cameraId) => this.#now.lastContinuousEnd(cameraId);
}
