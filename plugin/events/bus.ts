import { ulid } from 'ulid';
import { type DoorstepEvent, EVENT_SCHEMA, type EventDraft, PHASES } from '../../protocol/event.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';
import type { EventQuery, EventSource } from './contract.ts';
import type { Journal } from './journal.ts';

/** Small enough for every MQTT broker, notification payload and HomeKit log line. */
const MAX_BYTES = 2048;

export type IdentifiedDraft = EventDraft & { id: string };
export type Enricher = (draft: IdentifiedDraft) => IdentifiedDraft;

export interface EventBusOptions {
  journal: Journal;
  clock: Clock;
  log: Log;
}

/**
 * Where every event passes: numbered, written to the journal, then given to each listener in order of `seq`. No fault of a listener
 * or of the disk keeps an event from the others. The journal stays the caller's to close.
 */
export class EventBus implements EventSource {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #listeners = new Set<(event: DoorstepEvent) => void>();
  readonly #enrichers = new Set<Enricher>();
  readonly #queue: DoorstepEvent[] = [];
  #delivering = false;
  #journalFailing = false;
  #lastSeq: number;

  constructor({ journal, clock, log }: EventBusOptions) {
    this.#journal = journal;
    this.#clock = clock;
    this.#log = log;
    this.#lastSeq = journal.lastSeq;
  }

  get hubId(): string {
    return this.#journal.hubId;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  query(query: EventQuery): DoorstepEvent[] {
    return this.#journal.query(query);
  }

  since(after: number, limit: number): { events: DoorstepEvent[]; firstKept: number } {
    return this.#journal.since(after, limit);
  }

  subscribe(listener: (event: DoorstepEvent) => void): () => void {
    // A wrapper of its own, so that the same function subscribed twice is two subscriptions.
    const entry = (event: DoorstepEvent) => listener(event);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  /** Runs on every draft before it is numbered; it may add what belongs to the event (media). The returned function ends it. */
  addEnricher(enricher: Enricher): () => void {
    this.#enrichers.add(enricher);
    return () => this.#enrichers.delete(enricher);
  }

  /**
   * Makes an event of a draft and sends it out. Listeners have seen it when this returns, unless one of them is the caller: its
   * event follows the one being delivered. Throws `ProblemError` for an unknown kind or phase and for more than 2 KB of JSON.
   */
  publish(draft: EventDraft): DoorstepEvent {
    checkPhase(draft);
    const now = this.#clock.now();
    const enriched = this.#enrich({ ...draft, id: draft.id ?? ulid(now) });
    const event: DoorstepEvent = {
      schema: EVENT_SCHEMA,
      ...enriched,
      seq: this.#lastSeq + 1,
      detectedAt: enriched.detectedAt ?? now,
      sentAt: now,
    };
    checkSize(event);
    this.#lastSeq = event.seq;
    this.#write(event);
    this.#queue.push(event);
    this.#deliver();
    return event;
  }

  #enrich(draft: IdentifiedDraft): IdentifiedDraft {
    let enriched = draft;
    for (const enricher of this.#enrichers) {
      try {
        enriched = enricher(enriched);
      } catch (error) {
        this.#log.error(`Event ${draft.id} goes out without its media: ${reason(error)}`);
      }
    }
    return enriched;
  }

  #write(event: DoorstepEvent): void {
    try {
      this.#journal.append(event);
      if (this.#journalFailing) this.#log.info('The event journal can be written again.');
      this.#journalFailing = false;
    } catch (error) {
      if (this.#journalFailing) return;
      this.#journalFailing = true;
      this.#log.error(
        `The event journal cannot be written (${reason(error)}); events still go out, but those who are away miss them. Check the free space of the Homebridge storage folder.`,
      );
    }
  }

  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    for (let event = this.#queue.shift(); event; event = this.#queue.shift()) {
      for (const listener of [...this.#listeners]) {
        try {
          listener(event);
        } catch (error) {
          this.#log.error(
            `A listener failed on event ${event.id} (${event.kind} ${event.phase}): ${reason(error)}`,
          );
        }
      }
    }
    this.#delivering = false;
  }
}

function checkPhase({ kind, phase }: EventDraft): void {
  const phases: readonly string[] | undefined = Object.hasOwn(PHASES, kind) ? PHASES[kind] : undefined;
  if (phases?.includes(phase)) return;
  throw new ProblemError({
    code: 'unknown-event',
    what: `There is no event "${kind}" with the phase "${phase}".`,
    cure: phases ? `Phases of "${kind}": ${phases.join(', ')}.` : `Kinds: ${Object.keys(PHASES).join(', ')}.`,
  });
}

function checkSize(event: DoorstepEvent): void {
  const bytes = Buffer.byteLength(JSON.stringify(event));
  if (bytes <= MAX_BYTES) return;
  throw new ProblemError({
    code: 'event-too-large',
    what: `The ${event.kind} event has ${bytes} bytes; ${MAX_BYTES} is the limit.`,
    cure: 'Shorten its texts (zone, camera name).',
  });
}
