/** The packages at one camera: hears of them from everybody, tells each change once, and knows them after a restart. */
import { ulid } from 'ulid';
import type { PackageHere } from '../../protocol/detection.ts';
import type { CameraRef, DoorstepEvent } from '../../protocol/event.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../system/clock.ts';
import { createListeners } from '../system/listeners.ts';
import type { Log } from '../system/log.ts';
import type { Household } from './household.ts';
import { EMPTY_LEDGER, type Ledger, type LedgerStep } from './package-changes.ts';
import {
  explainRemovals,
  eyesBegin,
  eyesGiveUp,
  hearOfHousehold,
  hearOfPackage,
  type PackageWord,
  type SeenPackage,
  seePackage,
  stillHere,
} from './package-ledger.ts';
import { ledgerAfter, parseLedger } from './package-restore.ts';
import { type HouseholdSignal, presenceSignal } from './package-verdict.ts';
import { packageLine } from './package-words.ts';
import type { CameraMemory } from './sight-memory.ts';

export interface Parcels extends Disposable {
  /** The eyes decided something. Returns the id of the event, new or known, that tells of it; undefined where it says nothing. */
  see(news: SeenPackage): string | undefined;
  /** A camera of its own, or a message, says it. Returns the id of the event that it made; undefined where it was no news. */
  hear(word: PackageWord, options: { test: boolean }): string | undefined;
  /** Somebody of the household took the packages in, or opened the door. */
  household(kind: 'collected' | 'door'): void;
  /** Somebody of the household has what went within the last hour; what still lies there stays. */
  explain(): void;
  /** The eyes begin and know of these alone, by their names for them. */
  begin(packageIds: readonly string[]): void;
  /** The eyes give these up without a word. */
  giveUp(packageIds: readonly string[]): void;
  /** Calls back with the eyes' names of packages that are gone by the word of others; the returned function ends it. */
  onGone(listener: (packageIds: readonly string[]) => void): () => void;
  /** What lies there, as far as is known. */
  here(): Omit<PackageHere, 'confirmed'>[];
}

export interface ParcelsOptions {
  ref: CameraRef;
  events: Pick<EventBus, 'publish' | 'query'>;
  home: Pick<Household, 'info' | 'onHome'>;
  memory: Pick<CameraMemory, 'ledger' | 'keepLedger' | 'sight'>;
  clock: Clock;
  log: Log;
}

/** Events of one camera that are read after a start: far more than one day brings. */
const MOST_EVENTS = 200;

/** Disposing it ends what it hears from the household. */
export function createParcels(options: ParcelsOptions): Parcels {
  const { ref, events, home, memory, clock, log } = options;
  const before = restored(options);
  let ledger = before.ledger;
  let seq = before.seq;

  const goneListeners = createListeners<readonly string[]>(log);
  const tellGone = (packageIds: readonly string[]) => {
    if (packageIds.length > 0) goneListeners.tell(packageIds);
  };

  /** `seen` is what the eyes know by themselves. */
  const take = (
    step: LedgerStep,
    { test = false, seen }: { test?: boolean; seen?: string } = {},
  ): string | undefined => {
    const changed = step.ledger.changes !== ledger.changes || step.ledger.signals !== ledger.signals;
    const names = namesOf(ledger);
    // Before it is told: who hears of it asks what lies there.
    ledger = step.ledger;
    for (const draft of step.drafts) {
      log.info(packageLine(draft));
      ({ seq } = events.publish({ ...draft, camera: ref, ...(test && { test: true as const }) }));
    }
    if (changed) keep();
    const left = namesOf(ledger);
    tellGone(names.filter((name) => name !== seen && !left.includes(name)));
    return step.eventId;
  };
  const keep = () => memory.keepLedger(JSON.stringify({ seq, ledger }));
  /** Nothing is told of it. */
  const become = (next: Ledger) => {
    if (next === ledger) return;
    ledger = next;
    keep();
  };
  const context = () => ({ home: home.info.home, newId: () => ulid(clock.now()) });
  const say = (signal: HouseholdSignal) => void take(hearOfHousehold(ledger, signal, context()));
  const stop = home.onHome((was) => {
    const signal = presenceSignal(was, home.info.home, clock.now());
    if (signal) say(signal);
  });

  return {
    see: (news) => take(seePackage(ledger, news, context()), { seen: news.packageId }),
    hear: (word, { test }) => take(hearOfPackage(ledger, word, context()), { test }),
    household: (kind) => say({ kind, at: clock.now() }),
    explain: () => void take(explainRemovals(ledger, clock.now(), context())),
    begin(packageIds) {
      const begun = eyesBegin(ledger, packageIds);
      become(begun.ledger);
      tellGone(begun.gone);
    },
    giveUp: (packageIds) => become(eyesGiveUp(ledger, packageIds)),
    onGone: goneListeners.add,
    here: () =>
      stillHere(ledger, clock.now()).flatMap(({ id, count, deliveredAt, eventId }) =>
        deliveredAt === undefined ? [] : [{ id, count, deliveredAt, eventId }],
      ),
    [Symbol.dispose]: stop,
  };
}

/** As it was kept; and events that came later than that, or all of them where nothing was. */
function restored({ ref, events, memory }: ParcelsOptions): { ledger: Ledger; seq: number } {
  const kept = memory.ledger === undefined ? undefined : parseLedger(memory.ledger);
  const newest = events.query({ kinds: ['package'], camera: ref.id, limit: MOST_EVENTS });
  const later = newest.filter(({ seq }) => seq > (kept?.seq ?? 0)).toReversed();
  const ledger = ledgerAfter(later, kept ? kept.ledger : EMPTY_LEDGER);
  const seq = Math.max(kept?.seq ?? 0, ...newest.map((event: DoorstepEvent) => event.seq));
  // Eyes that begin anew call nothing by its old name.
  return { seq, ledger: memory.sight === undefined ? withoutNames(ledger) : ledger };
}

const namesOf = ({ here }: Ledger) => here.flatMap(({ sightId }) => (sightId === undefined ? [] : [sightId]));

function withoutNames(ledger: Ledger): Ledger {
  return { ...ledger, here: ledger.here.map(({ sightId: _, ...parcel }) => parcel) };
}
