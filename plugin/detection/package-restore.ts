/** What lay at a camera before a restart: as it was kept, and as the events say that were told since. */
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { type Change, EMPTY_LEDGER, type Ledger, type Parcel, remember } from './package-changes.ts';

const id = Type.String({ minLength: 1, maxLength: 64 });
const time = Type.Number({ minimum: 0 });
const parcel = Type.Object({
  id,
  count: Type.Integer({ minimum: 1 }),
  deliveredAt: Type.Optional(time),
  eventId: Type.String({ maxLength: 64 }),
  sightId: Type.Optional(id),
});
const keptSchema = Type.Object({
  /** `seq` of the newest event that it knows. */
  seq: time,
  ledger: Type.Object({
    here: Type.Array(parcel),
    changes: Type.Array(
      Type.Object({
        effect: Type.Enum(['came', 'gone']),
        parcel,
        eventId: id,
        decisionIds: Type.Array(id),
        at: time,
        decidedAt: time,
        verdict: Type.Optional(Type.Enum(['collected', 'taken', 'unknown'])),
      }),
    ),
    signals: Type.Array(Type.Object({ kind: Type.Enum(['collected', 'door', 'presence']), at: time })),
  }),
});

/** The packages of a camera, as they are kept in a file. */
export type KeptLedger = Static<typeof keptSchema>;

/** What a file holds; undefined where that is something else. */
export function parseLedger(text: string): KeptLedger | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(keptSchema, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

type PackageEvent = Pick<DoorstepEvent, 'id' | 'phase' | 'at' | 'detectedAt' | 'package' | 'supersedes'>;

/** The packages after further package events of the camera, oldest first. */
export function ledgerAfter(events: readonly PackageEvent[], ledger: Ledger = EMPTY_LEDGER): Ledger {
  return events.reduce(afterEvent, ledger);
}

function afterEvent(
  ledger: Ledger,
  { id, phase, at, detectedAt, package: facts, supersedes }: PackageEvent,
): Ledger {
  if (!facts) return ledger;
  const known = ledger.here.find((each) => each.id === facts.id);
  const others = ledger.here.filter((each) => each.id !== facts.id);
  const told = { eventId: id, decisionIds: [], at, decidedAt: detectedAt };
  const { deliveredAt } = facts;
  switch (phase) {
    case 'delivered': {
      const count = (known?.count ?? 0) + 1;
      const parcel: Parcel = { id: facts.id, count, deliveredAt: deliveredAt ?? at, eventId: id };
      return remember({ ...ledger, here: [...others, parcel] }, { effect: 'came', parcel, ...told });
    }
    case 'removed': {
      const gone = known ?? { id: facts.id, count: 1, eventId: '', ...(deliveredAt && { deliveredAt }) };
      const verdict = facts.verdict ?? 'unknown';
      const change: Change = { effect: 'gone', parcel: gone, ...told, verdict };
      return remember({ ...ledger, here: others }, change);
    }
    default:
      return facts.verdict ? explained(ledger, supersedes) : corrected(ledger, facts.id, supersedes, told);
  }
}

function explained(ledger: Ledger, eventId: string | undefined): Ledger {
  const changes = ledger.changes.map((change) =>
    change.eventId === eventId ? { ...change, verdict: 'collected' as const } : change,
  );
  return { ...ledger, changes };
}

/** One that names no event says that there is no such package. */
function corrected(
  { here, changes, signals }: Ledger,
  packageId: string,
  wrongId: string | undefined,
  told: Pick<Change, 'eventId' | 'decisionIds' | 'at' | 'decidedAt'>,
): Ledger {
  const wrong = changes.find(({ eventId }) => eventId === wrongId);
  if (!wrong) return { here: here.filter(({ id }) => id !== packageId), changes, signals };
  const { parcel } = wrong;
  const others = here.filter(({ id }) => id !== parcel.id);
  const isThere = wrong.effect === 'gone' && parcel.deliveredAt !== undefined;
  const before = {
    here: isThere ? [...others, parcel] : others,
    changes: changes.filter((each) => each !== wrong),
  };
  return remember(
    { ...before, signals },
    { ...told, parcel, effect: wrong.effect === 'gone' ? 'came' : 'gone' },
  );
}
