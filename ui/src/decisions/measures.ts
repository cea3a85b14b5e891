import type { DecisionInfo } from '../../../protocol/detection.ts';
import { words } from '../words/en.ts';

export interface Measure {
  name: string;
  /** `86 %`, `9 s`. */
  text: string;
  /** 0 to 1, for a bar; absent where it is no share of anything. */
  share?: number;
}

const say = words.decisions;

/** How sure a decision was, and the few measures that mean something to people, in the order of their words; the rest is for programs. */
export function measuresOf({ score, scores }: Pick<DecisionInfo, 'score' | 'scores'>): Measure[] {
  const told = Object.entries(say.scores).flatMap(([key, name]) => {
    const value = scores[key];
    if (value === undefined) return [];
    return key === 'seconds' ? [{ name, text: say.seconds(Math.round(value)) }] : [shareOf(name, value)];
  });
  return [shareOf(say.sure, score), ...told];
}

/** A measure below zero says the same of the picture before. */
function shareOf(name: string, value: number): Measure {
  const share = Math.min(1, Math.abs(value));
  return { name, text: say.percent(Math.round(share * 100)), share };
}
