/** What the faults did, as a table. Pure. */

/** Of one storage folder that was harmed, once or more. */
export interface RunOutcome {
  /** How often it was harmed. */
  times: number;
  /** Recordings whose row said that they are complete. */
  written: number;
  /** Those of which a promised segment is nowhere, or not as its hash says, without a gap that tells of it. */
  lost: number;
  /** Recordings that were given up for want of room, each with a gap in the index. */
  givenUp: number;
  /** The longest stretch that should be there and is not, in seconds. */
  longestLost: number;
  /** What `doorstep check --hashes` found. */
  findings: string[];
  /** Files and folders in the mount point while nothing was mounted there. */
  inBarePoint: number;
  /** Most memory of the hub's process. */
  peakMiB: number;
}

export interface FaultOutcome {
  fault: string;
  runs: RunOutcome[];
}

const HEAD = [
  'fault',
  'times',
  'recordings written',
  'lost',
  'given up, as told',
  'longest stretch lost',
  'findings of check',
  'files in the bare mount point',
  'most memory of the hub',
];

/** The rows of the table, one a fault. */
export function outcomeTable(outcomes: readonly FaultOutcome[]): string {
  const rows = outcomes.map(({ fault, runs }) => {
    const total = (of: (run: RunOutcome) => number) => runs.reduce((sum, run) => sum + of(run), 0);
    const most = (of: (run: RunOutcome) => number) => Math.max(0, ...runs.map(of));
    return [
      fault,
      total(({ times }) => times),
      total(({ written }) => written),
      total(({ lost }) => lost),
      total(({ givenUp }) => givenUp),
      `${most(({ longestLost }) => longestLost).toFixed(1)} s`,
      total(({ findings }) => findings.length),
      total(({ inBarePoint }) => inBarePoint),
      `${Math.round(most(({ peakMiB }) => peakMiB))} MiB`,
    ];
  });
  const line = (cells: readonly unknown[]) => `| ${cells.join(' | ')} |`;
  return [line(HEAD), line(HEAD.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

/** Whether something was lost that was promised, or something is where or as it must not be. */
export function isBad({ runs }: FaultOutcome): boolean {
  return runs.some(({ lost, findings, inBarePoint }) => lost + findings.length + inBarePoint > 0);
}

const BEGIN = '<!-- faults: begin -->';
const END = '<!-- faults: end -->';

/** The page with this table in the place of the one before. Throws when the page has no place for it. */
export function withTable(page: string, table: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`The page lacks ${BEGIN} … ${END}.`);
  return `${page.slice(0, begin + BEGIN.length)}\n${table}\n${page.slice(end)}`;
}
