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

/** How many need somebody, and how many could be better. Two verdicts on the same check are one thing. */
export function countFindings(verdicts: readonly Verdict[]): { bad: number; better: number } {
  const checks = (wanted: Verdict['judgement']) =>
    new Set(verdicts.filter(({ judgement }) => judgement === wanted).map(({ check }) => check));
  const bad = checks('bad');
  const better = [...checks('could-be-better')].filter((check) => !bad.has(check));
  return { bad: bad.size, better: better.length };
}

/** The cures that these verdicts name. */
export function curesOf(verdicts: readonly Verdict[]): ReadonlySet<string> {
  return new Set(verdicts.flatMap(({ cure }) => (cure === undefined ? [] : [cure])));
}
