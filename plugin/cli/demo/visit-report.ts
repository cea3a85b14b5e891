/** What each part of the house saw of one visit, as a table, and whether that was all. */

export const WITNESSES = ['hub', 'HomeKit', 'Node-RED'] as const;
export type Witness = (typeof WITNESSES)[number];

export const HAPPENINGS = ['motion start', 'ring', 'motion end', 'clip ready'] as const;
export type Happening = (typeof HAPPENINGS)[number];

export interface Sighting {
  witness: Witness;
  happening: Happening;
  /** Epoch ms. */
  at: number;
}

export interface VisitReport {
  lines: string[];
  /** True when every part saw all that it can see. */
  complete: boolean;
}

const WORDS: Record<Happening, string> = {
  'motion start': 'Something moved',
  ring: 'The bell rang',
  'motion end': 'Quiet again',
  'clip ready': 'Clip ready',
};

/** HomeKit and the two nodes have no notion of clips. */
const SEES: Record<Happening, readonly Witness[]> = {
  'motion start': WITNESSES,
  ring: WITNESSES,
  'motion end': WITNESSES,
  'clip ready': ['hub'],
};

/** @param door when the simulated visitor did what, epoch ms; `leave` is the moment the porch is empty. */
export function visitReport(
  door: { arrive: number; ring: number; leave: number },
  sightings: readonly Sighting[],
): VisitReport {
  const cause: Partial<Record<Happening, number>> = {
    'motion start': door.arrive,
    ring: door.ring,
    'motion end': door.leave,
  };
  let complete = true;
  const rows = HAPPENINGS.map((happening) => {
    const since = cause[happening];
    const cells = WITNESSES.map((witness) => {
      if (!SEES[happening].includes(witness)) return '';
      // A press may restart what motion began; the first sighting after the cause is the one that counts.
      const seen = sightings.find(
        (one) => one.witness === witness && one.happening === happening && one.at >= (since ?? 0),
      );
      if (!seen) {
        complete = false;
        return 'not seen';
      }
      return since === undefined ? clockTime(seen.at) : `+${duration(seen.at - since)}`;
    });
    return [WORDS[happening], since === undefined ? '' : clockTime(since), ...cells];
  });
  return { lines: table([['', 'at the door', ...WITNESSES], ...rows]), complete };
}

/** Columns padded to their widest cell. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}

export function clockTime(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
