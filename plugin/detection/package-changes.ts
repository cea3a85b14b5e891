/** What each change does to the packages at a camera, and the event that tells of it. Times are epoch ms. */
import type { HomeState } from '../../protocol/detection.ts';
import type { EventDraft, PackageFacts } from '../../protocol/event.ts';
import type { PackageNews } from './contract.ts';
import { type HouseholdSignal, type Verdict, verdictOf } from './package-verdict.ts';

/** A package that lies there. */
export interface Parcel {
  id: string;
  /** How many, where they cannot be told apart. */
  count: number;
  /** Undefined where it was never seen to come. */
  deliveredAt?: number;
  /** Event that told of it. */
  eventId: string;
  /** What the eyes call it; undefined where only a camera or a message spoke of it. */
  sightId?: string;
}

/** A package that came or went, remembered so that it is told once and can be corrected. */
export interface Change {
  effect: 'came' | 'gone';
  parcel: Parcel;
  /** Event that told of it. */
  eventId: string;
  /** Decisions of the eyes that mean it. */
  decisionIds: readonly string[];
  at: number;
  decidedAt: number;
  /** Of a removal. */
  verdict?: Verdict;
}

export interface Ledger {
  here: readonly Parcel[];
  /** Oldest first. */
  changes: readonly Change[];
  /** What the household said lately. */
  signals: readonly HouseholdSignal[];
}

export const EMPTY_LEDGER: Ledger = { here: [], changes: [], signals: [] };

export type PackageDraft = Pick<EventDraft, 'phase' | 'at' | 'score' | 'zone' | 'supersedes'> & {
  id: string;
  kind: 'package';
  phase: PackageNews['phase'];
  package: PackageFacts;
};

export interface LedgerStep {
  ledger: Ledger;
  /** To be told, in order. */
  drafts: PackageDraft[];
  /** Event, new or known, that tells what was said; undefined where it says nothing. */
  eventId?: string;
}

export interface LedgerContext {
  home: HomeState;
  /** ULID for an event or a package. */
  newId(): string;
}

/** Cameras repeat themselves, and see what the picture shows too; what is said within this time is the same package. In ms. */
const SAME_MS = 60_000;
/** More than anybody comes back to. */
const MOST_CHANGES = 60;
const MOST_HERE = 40;

/** How many lie there. */
export const countOf = ({ here }: Pick<Ledger, 'here'>): number =>
  here.reduce((sum, { count }) => sum + count, 0);

/** Both steps, told in this order. */
export const inTurn = (first: LedgerStep, next: LedgerStep): LedgerStep => ({
  ...next,
  drafts: [...first.drafts, ...next.drafts],
});

/** A package that came. */
export interface Arrival {
  id: string;
  sightId?: string;
  decisionId?: string;
  score?: number;
  at: number;
  decidedAt: number;
}

/** One that was not there before. */
export function putDown(
  ledger: Ledger,
  { id, sightId, decisionId, at, decidedAt, score }: Arrival,
  { newId }: LedgerContext,
): LedgerStep {
  const eventId = newId();
  const parcel: Parcel = { ...{ id, count: 1, deliveredAt: at, eventId }, ...(sightId && { sightId }) };
  const here = [...ledger.here, parcel].slice(-MOST_HERE);
  const change: Change = {
    ...{ effect: 'came', parcel, eventId, at, decidedAt },
    decisionIds: decisionId === undefined ? [] : [decisionId],
  };
  return {
    ledger: remember({ ...ledger, here }, change),
    eventId,
    drafts: [
      {
        ...{ id: eventId, kind: 'package', phase: 'delivered', at, ...seenAs(score) },
        package: { id, count: countOf({ here }), deliveredAt: at },
      },
    ],
  };
}

/** How one went. */
export interface Taking {
  at: number;
  decidedAt: number;
  decisionId?: string;
  score?: number;
  /** Nobody saw it go: at any time after this. */
  unseenSince?: number;
  /** Default: what the household's signals say. */
  verdict?: Verdict;
}

/** These are gone; one event each. */
export function takeAway(
  ledger: Ledger,
  parcels: readonly Parcel[],
  taking: Taking,
  context: LedgerContext,
): LedgerStep {
  let step: LedgerStep = { ledger, drafts: [] };
  for (const parcel of parcels) step = inTurn(step, takeOne(step.ledger, parcel, taking, context));
  return step;
}

function takeOne(ledger: Ledger, parcel: Parcel, taking: Taking, { home, newId }: LedgerContext): LedgerStep {
  const { at, decidedAt, decisionId, score } = taking;
  const { id, deliveredAt } = parcel;
  const verdict = taking.verdict ?? verdictOf(taking, { home, signals: ledger.signals });
  const eventId = newId();
  const here = ledger.here.filter((each) => each.id !== id);
  const change: Change = {
    ...{ effect: 'gone', parcel, eventId, at, decidedAt, verdict },
    decisionIds: decisionId === undefined ? [] : [decisionId],
  };
  const lay = deliveredAt !== undefined && { deliveredAt, presentForMs: Math.max(0, at - deliveredAt) };
  return {
    ledger: remember({ ...ledger, here }, change),
    eventId,
    drafts: [
      {
        ...{ id: eventId, kind: 'package', phase: 'removed', at, ...seenAs(score) },
        package: { id, count: countOf({ here }), ...lay, verdict },
      },
    ],
  };
}

/** Only who has it is corrected: it is gone either way. */
export function explain(
  ledger: Ledger,
  change: Change,
  { at }: HouseholdSignal,
  { newId }: LedgerContext,
): LedgerStep {
  const { id, deliveredAt } = change.parcel;
  const eventId = newId();
  const lay = deliveredAt !== undefined && {
    ...{ deliveredAt, presentForMs: Math.max(0, change.at - deliveredAt) },
  };
  return {
    ledger: {
      ...ledger,
      changes: ledger.changes.map((each) => (each === change ? { ...each, verdict: 'collected' } : each)),
    },
    eventId,
    drafts: [
      {
        ...{ id: eventId, kind: 'package', phase: 'corrected', at, supersedes: change.eventId },
        package: { id, count: countOf(ledger), ...lay, verdict: 'collected' },
      },
    ],
  };
}

/** Only the eyes give a score, and they look at the doorstep. */
const seenAs = (score: number | undefined) =>
  score === undefined ? {} : { score: rounded(score), zone: 'doorstep' };

/** A score as events have it. */
export const rounded = (score: number) => Math.round(score * 100) / 100;

/** Whether something at this time is what happened then, or became known then. */
export function isSame({ at, decidedAt }: Pick<Change, 'at' | 'decidedAt'>, time: number): boolean {
  return time > Math.min(at, decidedAt) - SAME_MS && time < Math.max(at, decidedAt) + SAME_MS;
}

/** Adds a change. */
export const remember = (ledger: Ledger, change: Change): Ledger => ({
  ...ledger,
  changes: [...ledger.changes, change].slice(-MOST_CHANGES),
});

/** One more decision means a change that was told already. */
export function alsoMeans(ledger: Ledger, means: (change: Change) => boolean, decisionId: string): Ledger {
  return {
    ...ledger,
    changes: ledger.changes.map((change) =>
      means(change) ? { ...change, decisionIds: [...change.decisionIds, decisionId] } : change,
    ),
  };
}
