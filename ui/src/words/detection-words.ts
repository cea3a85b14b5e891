import type { DecisionInfo, Tuning } from '../../../protocol/detection.ts';
import { words } from './en.ts';

/** What the model calls so is a person beyond doubt; lower scores are told only of what it may be. */
const SURE = 0.5;

/** A score of the model for a person, as a word. */
export function personWords(score: number): string {
  return score >= SURE ? words.sight.personSure : words.sight.personLikely;
}

/** The rule that decided, in a sentence. */
export function ruleWords({ rule, kind }: Pick<DecisionInfo, 'rule' | 'kind'>): string {
  const known: Readonly<Record<string, string>> = words.decisions.rules;
  // A hub that is newer than this page may know more rules.
  return known[rule] ?? words.decisions.kinds[kind];
}

/** What an answer does, said to whoever gave it. */
export function thanksWords({ answer, phase }: Pick<DecisionInfo, 'answer' | 'phase'>): string | undefined {
  const { right, careful, noted } = words.decisions.thanks;
  if (answer === undefined) return undefined;
  // An answer to a correction moves no threshold.
  if (phase === 'corrected') return noted;
  return answer === 'right' ? right : careful;
}

/** Less than this is as shipped, less than that is a little. */
const NOTHING = 0.01;
const LITTLE = 0.4;

/** `3 right, 1 wrong · a little more careful with parcels`; undefined where nothing was answered. */
export function tuningWords(tuning: Tuning): string | undefined {
  const { answers, careful, keen, asShipped, subjects } = words.tuning;
  if (tuning.right + tuning.wrong === 0) return undefined;
  const moved = (['motion', 'person', 'package'] as const).flatMap((kind) => {
    const lean = tuning[kind];
    if (Math.abs(lean) < NOTHING) return [];
    const isLittle = Math.abs(lean) < LITTLE;
    return [(lean < 0 ? careful : keen)(isLittle, subjects[kind])];
  });
  return [answers(tuning.right, tuning.wrong), ...(moved.length > 0 ? moved : [asShipped])].join(' · ');
}
