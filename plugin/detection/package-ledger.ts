/** The packages at one camera: one state from all who see them, and each thing told once. Pure; times are epoch ms. */
import type { PackageNews } from './contract.ts';
import {
  alsoMeans,
  type Change,
  countOf,
  explain,
  inTurn,
  isSame,
  type Ledger,
  type LedgerContext,
  type LedgerStep,
  type Parcel,
  putDown,
  remember,
  rounded,
  takeAway,
} from './package-changes.ts';
import { ASKED_MS, explains, type HouseholdSignal, knownAt } from './package-verdict.ts';

/** What of the eyes' news counts here. */
export type SeenPackage = Pick<
  PackageNews,
  'phase' | 'at' | 'decidedAt' | 'packageId' | 'decisionId' | 'rule' | 'score' | 'supersedes' | 'unseenSince'
>;

/** What a camera of its own, a webhook or a message says. */
export interface PackageWord {
  phase: 'delivered' | 'removed';
  at: number;
}

const MOST_SIGNALS = 30;
/** Many cameras say that a package came and never that it is gone; after so long somebody has taken it in unseen. */
const UNSEEN_MS = 24 * 60 * 60_000;
/** What goes so long after it was told as gone was somewhere else meanwhile, in ms. */
const TOLD_MS = 10 * 60_000;

/** What is still known at this time: of packages that only a camera spoke of, no more after a day. */
export function stillHere({ here }: Pick<Ledger, 'here'>, now: number): readonly Parcel[] {
  return here.filter(
    ({ sightId, deliveredAt = 0 }) => sightId !== undefined || now - deliveredAt < UNSEEN_MS,
  );
}

/** The eyes decided something. */
export function seePackage(before: Ledger, news: SeenPackage, context: LedgerContext): LedgerStep {
  const ledger = { ...before, here: stillHere(before, news.decidedAt) };
  switch (news.phase) {
    case 'delivered':
      return seeDelivered(ledger, news, context);
    case 'removed':
      return seeRemoved(ledger, news, context);
    case 'corrected':
      return seeCorrected(ledger, news, context);
  }
}

/** A camera of its own, or a message, says that a package came, or that none lies there any more. */
export function hearOfPackage(
  before: Ledger,
  { phase, at }: PackageWord,
  context: LedgerContext,
): LedgerStep {
  const ledger = { ...before, here: stillHere(before, at) };
  const effect = phase === 'delivered' ? 'came' : 'gone';
  const same = ledger.changes.findLast((change) => change.effect === effect && isSame(change, at));
  if (phase === 'removed') {
    // What the eyes saw go is what the camera means; else it means all that lies there.
    if (same || ledger.here.length === 0) return { ledger, drafts: [] };
    return takeAway(ledger, ledger.here, { at, decidedAt: at }, context);
  }
  if (same) return { ledger, drafts: [] };
  return putDown(ledger, { id: context.newId(), at, decidedAt: at }, context);
}

/** The household says what it did. It explains what went a moment ago, and "I took it in" is true of all that still lies there. */
export function hearOfHousehold(before: Ledger, signal: HouseholdSignal, context: LedgerContext): LedgerStep {
  const signals = [...before.signals, signal].slice(-MOST_SIGNALS);
  let step: LedgerStep = {
    ledger: { ...before, here: stillHere(before, signal.at), signals },
    drafts: [],
  };
  const open = step.ledger.changes.filter(
    (change) => change.effect === 'gone' && isUnexplained(change) && explains(signal, change),
  );
  for (const change of open) step = inTurn(step, explain(step.ledger, change, signal, context));
  if (signal.kind !== 'collected' || step.ledger.here.length === 0) return step;
  const removal = { at: signal.at, decidedAt: signal.at, verdict: 'collected' } as const;
  return inTurn(step, takeAway(step.ledger, step.ledger.here, removal, context));
}

/** Somebody of the household has what went within the last hour; what still lies there stays. */
export function explainRemovals(ledger: Ledger, at: number, context: LedgerContext): LedgerStep {
  let step: LedgerStep = { ledger, drafts: [] };
  const open = ledger.changes.filter(
    (change) =>
      change.effect === 'gone' && isUnexplained(change) && Math.abs(at - knownAt(change)) <= ASKED_MS,
  );
  for (const change of open)
    step = inTurn(step, explain(step.ledger, change, { kind: 'collected', at }, context));
  return step;
}

/**
 * The eyes begin, and know of these alone. What they do not know any more is as if only a camera had spoken of it; what was taken in while
 * they did not look, they are to forget: `gone`.
 */
export function eyesBegin(
  ledger: Ledger,
  packageIds: readonly string[],
): { ledger: Ledger; gone: readonly string[] } {
  const known = new Set(packageIds);
  const here = ledger.here.map((parcel): Parcel => {
    const { sightId, ...rest } = parcel;
    if (sightId !== undefined) return known.has(sightId) ? parcel : rest;
    return known.has(parcel.id) ? { ...rest, sightId: parcel.id } : parcel;
  });
  const named = new Set(here.map(({ sightId }) => sightId));
  const isSame = here.every(({ sightId }, index) => sightId === ledger.here[index]?.sightId);
  return { ledger: isSame ? ledger : { ...ledger, here }, gone: packageIds.filter((id) => !named.has(id)) };
}

/** The eyes give these up without a word: nobody will ever know. */
export function eyesGiveUp(ledger: Ledger, packageIds: readonly string[]): Ledger {
  const here = ledger.here.filter(({ sightId }) => sightId === undefined || !packageIds.includes(sightId));
  return here.length === ledger.here.length ? ledger : { ...ledger, here };
}

const isUnexplained = ({ verdict }: Change) => verdict === 'taken' || verdict === 'unknown';

function seeDelivered(ledger: Ledger, news: SeenPackage, context: LedgerContext): LedgerStep {
  const { packageId, decisionId, at, decidedAt, score } = news;
  const known = ledger.here.find(({ sightId }) => sightId === packageId);
  const same =
    known ??
    ledger.here.find(
      ({ sightId, deliveredAt = 0 }) => sightId === undefined && isSame({ at, decidedAt }, deliveredAt),
    );
  if (!same)
    return putDown(
      ledger,
      { id: packageId, sightId: packageId, ...{ decisionId, at, decidedAt, score } },
      context,
    );
  const parcel = { ...same, sightId: packageId };
  const here = ledger.here.map((each) => (each.id === same.id ? parcel : each));
  const means = (change: Change) => change.effect === 'came' && change.parcel.id === same.id;
  return { ledger: alsoMeans({ ...ledger, here }, means, decisionId), drafts: [], eventId: same.eventId };
}

function seeRemoved(ledger: Ledger, news: SeenPackage, context: LedgerContext): LedgerStep {
  const { packageId, decisionId, at, decidedAt, score, unseenSince } = news;
  const removal = {
    ...{ at, decidedAt, decisionId, score },
    ...(unseenSince !== undefined && { unseenSince }),
  };
  const known = ledger.here.find(({ sightId }) => sightId === packageId);
  if (known) return takeAway(ledger, [known], removal, context);
  const told = ledger.changes.findLast(
    (change) =>
      change.effect === 'gone' &&
      ((change.parcel.sightId === packageId && Math.abs(decidedAt - change.at) < TOLD_MS) ||
        (change.parcel.sightId === undefined && isSame({ at, decidedAt }, change.at))),
  );
  if (told) {
    return {
      ledger: alsoMeans(ledger, (change) => change === told, decisionId),
      drafts: [],
      eventId: told.eventId,
    };
  }
  // Nobody saw it come, or only the camera did.
  const heard = ledger.here.find(({ sightId }) => sightId === undefined);
  const parcel: Parcel = heard
    ? { ...heard, sightId: packageId }
    : { id: packageId, sightId: packageId, count: 1, eventId: '' };
  return takeAway(ledger, [parcel], removal, context);
}

/** Takes back what an earlier decision meant, which may itself have been a correction. */
function seeCorrected(ledger: Ledger, news: SeenPackage, { newId }: LedgerContext): LedgerStep {
  const { packageId, decisionId, supersedes, at, decidedAt, score } = news;
  const wrong =
    ledger.changes.findLast(
      ({ decisionIds }) => supersedes !== undefined && decisionIds.includes(supersedes),
    ) ?? (news.rule === 'still-there' ? undefined : cameAs(ledger, packageId));
  if (!wrong) return { ledger, drafts: [] };
  const { parcel } = wrong;
  const others = ledger.here.filter(({ id }) => id !== parcel.id);
  const isThere = wrong.effect === 'gone' && parcel.deliveredAt !== undefined;
  const here = isThere ? [...others, parcel] : others;
  const eventId = newId();
  const change: Change = {
    ...{ effect: wrong.effect === 'gone' ? 'came' : 'gone', parcel, eventId },
    ...{ decisionIds: [decisionId], at, decidedAt },
  };
  const { id, deliveredAt } = parcel;
  return {
    ledger: remember({ ...ledger, here, changes: ledger.changes.filter((each) => each !== wrong) }, change),
    eventId,
    drafts: [
      {
        ...{ id: eventId, kind: 'package', phase: 'corrected', at, zone: 'doorstep' },
        ...{ score: rounded(score), supersedes: wrong.eventId },
        package: { id, count: countOf({ here }), ...(deliveredAt !== undefined && { deliveredAt }) },
      },
    ],
  };
}

/** What told of this package, where the decision itself is no longer known. */
const cameAs = (ledger: Ledger, packageId: string) =>
  ledger.changes.findLast(
    ({ effect, parcel }) =>
      effect === 'came' && parcel.sightId === packageId && ledger.here.some(({ id }) => id === parcel.id),
  );
