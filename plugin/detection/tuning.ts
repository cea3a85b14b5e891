/**
 * How the household's answers move one camera's thresholds.
 *
 * Each kind of decision has one leaning, from -1 (the most careful) over 0 (as shipped) to 1 (the keenest). Answers are taken in the order
 * in which they were given:
 *  - "wrong" says that something was told that was not there: the leaning goes down by 0.15;
 *  - "right" lets what was learned fade: a tenth of the way back to 0;
 *  - with either, what was there before counts a little less, so that recent answers count more.
 * So one answer moves a leaning by 0.2 at most, about nine "wrong" in a row reach the end, and seven "right" undo half of it. Nothing leans to
 * the keen side yet: nobody can say yet that something was missed. Answers to corrections move nothing, for a correction says that
 * another decision was mistaken, and not that something is there.
 */
import type { DecisionInfo, Tuning } from '../../protocol/detection.ts';
import type { Leanings } from './contract.ts';

/** One answer, as it counts. */
export type GivenAnswer = Pick<DecisionInfo, 'kind' | 'phase'> & { answer: 'right' | 'wrong' };

/** How far one "wrong" goes. */
const STEP = 0.15;
/** What is left of what was learned before, after an answer. */
const AFTER_WRONG = 0.95;
const AFTER_RIGHT = 0.9;

/** @param answers oldest first, without those given before a reset */
export function tuningFrom(answers: readonly GivenAnswer[]): Tuning {
  const counting = answers.filter(({ phase }) => phase !== 'corrected');
  const leaning = (kind: GivenAnswer['kind']) =>
    counting.filter((given) => given.kind === kind).reduce((before, { answer }) => moved(before, answer), 0);
  const right = counting.filter(({ answer }) => answer === 'right').length;
  return {
    ...{ motion: leaning('motion'), person: leaning('person'), package: leaning('package') },
    ...{ right, wrong: counting.length - right },
  };
}

/** The same for the detector. */
export const leaningsOf = ({ motion, person, package: packages }: Tuning): Leanings => ({
  motion,
  person,
  package: packages,
});

function moved(before: number, answer: 'right' | 'wrong'): number {
  return answer === 'right' ? before * AFTER_RIGHT : Math.max(-1, before * AFTER_WRONG - STEP);
}
