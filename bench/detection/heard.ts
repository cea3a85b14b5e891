/** What a replayed clip told, in seconds from its start. Pure. */
import type { PackageNews, Scores } from '../../plugin/detection/contract.ts';
import type { Told } from './match.ts';
import type { HeardNews } from './replay.ts';
import type { Stay } from './truth.ts';

/** A package event as told, with why. */
export interface ToldEvent extends Told {
  rule: string;
  score: number;
  scores: Scores;
  news: PackageNews;
}

/** Every `delivered` and `removed`; those that a later `corrected` takes back say so. */
export function toldEvents(heard: readonly HeardNews[], from: number): ToldEvent[] {
  const packages = heard.flatMap(({ news, toldAt }) =>
    news.type === 'package' ? [{ news, toldAt: (toldAt - from) / 1000 }] : [],
  );
  const takenBack = new Set(
    packages.map(({ news }) => news.supersedes).filter((decision) => decision !== undefined),
  );
  return packages.flatMap(({ news, toldAt }): ToldEvent[] => {
    const { phase, at, box, rule, score, scores, decisionId } = news;
    if (phase === 'corrected') return [];
    const corrected = takenBack.has(decisionId);
    return [{ phase, at: (at - from) / 1000, toldAt, box, corrected, rule, score, scores, news }];
  });
}

/** How long nobody may be told of before it is another visit, where the end of the last was not told; in seconds. */
const VISIT_GAP = 15;

/** Visits as told: from the first word of a person until the word that they left, or until the last word. */
export function toldVisits(heard: readonly HeardNews[], from: number): Stay[] {
  const visits: (Stay & { over: boolean })[] = [];
  for (const { news } of heard) {
    const at = ('at' in news ? news.at - from : 0) / 1000;
    const last = visits.at(-1);
    if (news.type === 'person') {
      if (last && !last.over && at - last.to < VISIT_GAP) last.to = Math.max(last.to, at);
      else visits.push({ from: at, to: at, over: false });
    } else if (news.type === 'left' && last && !last.over) {
      last.to = Math.max(last.from, at);
      last.over = true;
    }
  }
  return visits.map(({ from: begins, to }) => ({ from: begins, to }));
}
