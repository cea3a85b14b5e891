/** How far we have read the hub's events: what to ask for after a gap, and what we have had already. */
import type { DoorstepEvent } from '../../protocol/event.ts';

/** A place in the journal of one hub. */
export interface Cursor {
  hub: string;
  seq: number;
}

/** Ids remembered against repetition; many times what a hub sends between two replays. */
const REMEMBERED = 1000;

export class Resume {
  #cursor: Cursor | undefined;
  #highest = 0;
  #replaying = false;
  readonly #seen = new Set<string>();

  /** Undefined until a hub has said hello. */
  get cursor(): Cursor | undefined {
    return this.#cursor && { ...this.#cursor };
  }

  /** Takes the hub's hello; returns how many events we have missed. Another hub, or one set back, starts afresh. */
  greet({ hub, lastSeq }: { hub: string; lastSeq: number }): number {
    this.#replaying = true;
    if (this.#cursor?.hub !== hub || this.#cursor.seq > lastSeq) {
      this.#cursor = { hub, seq: lastSeq };
      this.#seen.clear();
    }
    this.#highest = this.#cursor.seq;
    return lastSeq - this.#cursor.seq;
  }

  /** Whether this event is new to us. */
  take(event: Pick<DoorstepEvent, 'id' | 'seq' | 'replay'>): boolean {
    if (this.#seen.has(event.id)) return false;
    this.#seen.add(event.id);
    if (this.#seen.size > REMEMBERED)
      for (const oldest of this.#seen.values()) {
        this.#seen.delete(oldest);
        break;
      }
    this.#highest = Math.max(this.#highest, event.seq);
    // A new event that overtakes the replay must not hide the rest of it, should the line drop right now.
    if (!this.#replaying || event.replay) this.#advance(event.seq);
    return true;
  }

  /** The hub has sent all that we missed. */
  caughtUp(seq: number): void {
    this.#replaying = false;
    this.#advance(Math.max(seq, this.#highest));
  }

  #advance(seq: number): void {
    if (this.#cursor && seq > this.#cursor.seq) this.#cursor.seq = seq;
  }
}
