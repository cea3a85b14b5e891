/** How well a clip was understood, and all of them together. Pure. */

import type { ToldEvent } from './heard.ts';
import { leftAfter, type Matching, matchActs, matchStays, type StayMatching } from './match.ts';
import type { ClipTruth, Stay } from './truth.ts';

/** What came of one clip. Times in seconds from its start. */
export interface ClipOutcome {
  name: string;
  /** Undefined for a clip that the truth does not speak of. */
  truth: ClipTruth | undefined;
  /** Length in seconds. */
  duration: number;
  pictures: number;
  looks: number;
  coreMs: number;
  modelMs: number;
  told: ToldEvent[];
  visits: Stay[];
}

export interface ClipScore {
  outcome: ClipOutcome;
  /** Undefined where the truth does not speak of packages. */
  events?: Matching<ToldEvent>;
  /** Undefined where the truth does not speak of people, or the clip is looked at without them. */
  people?: StayMatching;
  /** For each act that was found, in seconds. */
  latencies: Latency[];
}

export interface Latency {
  /** Until it was told, after the person had left the picture; 0 where it was told before. Undefined where nobody knows when that was. */
  afterLeaving?: number;
  /** Until it was told, after it happened. */
  afterAct: number;
}

export function scoreClip(outcome: ClipOutcome): ClipScore {
  const { truth, told, visits } = outcome;
  const stays = truth?.stays ?? visits;
  const events = truth?.acts && matchActs(truth.acts, told, truth.stays ?? []);
  const people = truth?.stays && !truth.withoutPeople ? matchStays(truth.stays, outcome.visits) : undefined;
  const latencies = (events?.found ?? []).map(({ act, told: { toldAt } }): Latency => {
    const left = leftAfter(act.at, stays);
    return {
      ...(left !== undefined && { afterLeaving: Math.max(0, toldAt - left) }),
      afterAct: toldAt - act.at,
    };
  });
  return { outcome, ...(events && { events }), ...(people && { people }), latencies };
}

/** Of one clip or of many. A share is undefined where there was nothing to share. */
export interface Summary {
  clips: number;
  hours: number;
  expected: number;
  told: number;
  found: number;
  rightPhase: number;
  corrected: number;
  precision: number | undefined;
  recall: number | undefined;
  polarity: number | undefined;
  /** The longest, in seconds. */
  latencyAfterLeaving: number | undefined;
  latencyAfterAct: number | undefined;
  falsePerHour: number | undefined;
  /** Told in clips in which nothing comes or goes. */
  falseInQuietClips: number;
  people: { expected: number; told: number; precision: number | undefined; recall: number | undefined };
  /** Motion and packages, a picture; the model, a look; in ms. */
  coreMs: number;
  modelMs: number;
  /** Looks a picture. */
  lookShare: number;
}

export function summarize(scores: readonly ClipScore[]): Summary {
  const sum = (of: (score: ClipScore) => number) => scores.reduce((total, score) => total + of(score), 0);
  const judged = scores.filter(({ events }) => events);
  const hours = sum(({ outcome }) => outcome.duration) / 3600;
  const judgedHours = judged.reduce((total, { outcome }) => total + outcome.duration, 0) / 3600;
  const expected = sum(({ outcome }) => outcome.truth?.acts?.length ?? 0);
  const found = sum(({ events }) => events?.found.length ?? 0);
  const wrong = sum(({ events }) => events?.wrong.length ?? 0);
  const rightPhase = sum(({ events }) => events?.found.filter(({ right }) => right).length ?? 0);
  const latencies = scores.flatMap((score) => score.latencies);
  const pictures = sum(({ outcome }) => outcome.pictures);
  const looks = sum(({ outcome }) => outcome.looks);
  return {
    clips: scores.length,
    hours,
    expected,
    told: found + wrong,
    found,
    rightPhase,
    corrected: sum(({ outcome }) => outcome.told.filter(({ corrected }) => corrected).length),
    precision: share(found, found + wrong),
    recall: share(found, expected),
    polarity: share(rightPhase, found),
    latencyAfterLeaving: longest(latencies.flatMap(({ afterLeaving }) => afterLeaving ?? [])),
    latencyAfterAct: longest(latencies.map(({ afterAct }) => afterAct)),
    falsePerHour: share(wrong, judgedHours),
    falseInQuietClips: judged
      .filter(({ outcome }) => outcome.truth?.acts?.length === 0)
      .reduce((total, { events }) => total + (events?.wrong.length ?? 0), 0),
    people: summarizePeople(scores),
    coreMs:
      share(
        sum(({ outcome }) => outcome.coreMs),
        pictures,
      ) ?? 0,
    modelMs:
      share(
        sum(({ outcome }) => outcome.modelMs),
        looks,
      ) ?? 0,
    lookShare: share(looks, pictures) ?? 0,
  };
}

function summarizePeople(scores: readonly ClipScore[]): Summary['people'] {
  const known = scores.filter(({ people }) => people);
  const count = (of: (score: ClipScore) => number) => known.reduce((total, score) => total + of(score), 0);
  const expected = count(({ outcome }) => outcome.truth?.stays?.length ?? 0);
  const told = count(({ outcome }) => outcome.visits.length);
  const wrong = count(({ people }) => people?.wrong.length ?? 0);
  const found = count(({ people }) => people?.found.length ?? 0);
  return { expected, told, precision: share(told - wrong, told), recall: share(found, expected) };
}

const share = (part: number, whole: number) => (whole > 0 ? part / whole : undefined);

const longest = (values: readonly number[]) => (values.length > 0 ? Math.max(...values) : undefined);

/** What is promised, and whether it was kept; what could not be measured counts as kept. */
export function targets(all: Summary): { what: string; kept: boolean }[] {
  const least = (value: number | undefined, bar: number) => value === undefined || value >= bar;
  return [
    { what: 'precision of package events ≥ 0.95', kept: least(all.precision, 0.95) },
    { what: 'recall of package events ≥ 0.95', kept: least(all.recall, 0.95) },
    { what: 'polarity right ≥ 0.95', kept: least(all.polarity, 0.95) },
    { what: 'told within 5 s after the person has left', kept: (all.latencyAfterLeaving ?? 0) <= 5 },
    { what: 'no package event where none comes or goes', kept: all.falseInQuietClips === 0 },
    { what: 'precision of visits ≥ 0.95', kept: least(all.people.precision, 0.95) },
    { what: 'recall of visits ≥ 0.9', kept: least(all.people.recall, 0.9) },
  ];
}
