/** The words and tables of the evaluation. Pure. */
import type { ClipScore, Summary } from './score.ts';

const HEAD = [
  ...['clip', 'expected', 'told', 'precision', 'recall', 'polarity', 'after leaving', 'after the act'],
  ...['false/h', 'visits', 'precision', 'recall', 'core ms', 'model ms', 'looks/s'],
] as const;

/** One row a clip or group of clips. */
export function textTable(rows: readonly (readonly [name: string, summary: Summary])[]): string {
  const cells = [[...HEAD], ...rows.map(([name, summary]) => rowCells(name, summary))];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return cells.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

export function markdownTable(rows: readonly (readonly [name: string, summary: Summary])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(HEAD),
    line(HEAD.map((_, column) => (column === 0 ? '---' : '---:'))),
    ...rows.map(([name, summary]) => line(rowCells(name, summary))),
  ].join('\n');
}

function rowCells(name: string, all: Summary): string[] {
  const { people } = all;
  const number = (value: number | undefined, digits: number, unit = '') =>
    value === undefined ? '' : `${value.toFixed(digits)}${unit}`;
  return [
    ...[name, `${all.expected}`, `${all.told}`],
    ...[number(all.precision, 2), number(all.recall, 2), number(all.polarity, 2)],
    ...[number(all.latencyAfterLeaving, 1, ' s'), number(all.latencyAfterAct, 1, ' s')],
    number(all.falsePerHour, 1),
    ...[`${people.told}/${people.expected}`, number(people.precision, 2), number(people.recall, 2)],
    ...[number(all.coreMs, 2), number(all.modelMs, 0), number(all.lookShare * 5, 2)],
  ];
}

/** What was told of a clip, missed and wrong, one line each. */
export function clipLines({ outcome, events, people }: ClipScore): string[] {
  const seconds = (at: number) => `${at.toFixed(1).padStart(6)} s`;
  const told = outcome.told.map((event) => {
    const pair = events?.found.find((found) => found.told === event);
    const verdict = !events ? 'told' : !pair ? 'FALSE' : pair.right ? 'right' : 'OPPOSITE';
    const { left, top, right, bottom } = event.box;
    const box = [left, top, right, bottom].map((side) => side.toFixed(2)).join(' ');
    const back = event.corrected ? ', taken back later' : '';
    return {
      at: event.at,
      line: `${seconds(event.at)}  ${verdict.padEnd(8)} ${event.phase}, told at ${event.toldAt.toFixed(1)}${back}: ${event.rule} ${event.score.toFixed(2)} [${box}] ${scoreWords(event.scores)}`,
    };
  });
  const missed = (events?.missed ?? []).map(({ at, phase }) => ({
    at,
    line: `${seconds(at)}  MISSED   ${phase}`,
  }));
  const stays = [
    ...(people?.missed ?? []).map((stay) => ({ ...stay, what: 'NOT SEEN a person' })),
    ...(people?.wrong ?? []).map((stay) => ({ ...stay, what: 'NOBODY   but a visit was told' })),
  ].map(({ from, to, what }) => ({ at: from, line: `${seconds(from)}  ${what}, until ${to.toFixed(1)}` }));
  return [...told, ...missed, ...stays].sort((one, other) => one.at - other.at).map(({ line }) => line);
}

const scoreWords = (scores: Readonly<Record<string, number>>) =>
  Object.entries(scores)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(3))}`)
    .join(', ');

/** What `--json` writes of a clip. */
export function clipJson(score: ClipScore, summary: Summary): object {
  const { outcome, events, people, latencies } = score;
  const bare = ({ news, ...event }: ClipScore['outcome']['told'][number]) => ({
    ...event,
    decisionId: news.decisionId,
  });
  return {
    clip: outcome.name,
    seconds: outcome.duration,
    pictures: outcome.pictures,
    summary,
    told: outcome.told.map(bare),
    visits: outcome.visits,
    ...(events && {
      found: events.found.map(({ act, told, right }) => ({ act, told: told.news.decisionId, right })),
      missed: events.missed,
      wrong: events.wrong.map(({ news }) => news.decisionId),
      latencies,
    }),
    ...(people && { people }),
  };
}

const BEGIN = '<!-- eval: begin -->';
const END = '<!-- eval: end -->';

/** The page with this block in the place of the one before. Throws when the page has no place for it. */
export function withBlock(page: string, block: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`The page lacks ${BEGIN} … ${END}.`);
  return `${page.slice(0, begin + BEGIN.length)}\n${block}\n${page.slice(end)}`;
}
