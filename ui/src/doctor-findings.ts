/** Puts the doctor's verdicts in the order in which a person wants them. */
import type { Verdict } from '../../protocol/api.ts';

export interface Findings {
  /** What asks for something, the most pressing first. */
  open: Verdict[];
  /** What could not be told, or is the household's to decide. */
  unsure: Verdict[];
  well: Verdict[];
}

export function sortFindings(verdicts: readonly Verdict[]): Findings {
  const judged = (wanted: Verdict['judgement']) => verdicts.filter(({ judgement }) => judgement === wanted);
  return {
    open: [...judged('bad'), ...judged('could-be-better')],
    unsure: judged('unknown'),
    well: judged('good'),
  };
}

/** How many need somebody, and how many could be better. */
export function countFindings(verdicts: readonly Verdict[]): { bad: number; better: number } {
  const count = (wanted: Verdict['judgement']) =>
    verdicts.filter(({ judgement }) => judgement === wanted).length;
  return { bad: count('bad'), better: count('could-be-better') };
}
