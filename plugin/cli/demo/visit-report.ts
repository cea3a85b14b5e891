/** What each part of the house saw of a courier and of somebody who takes the parcel again, as a table, and whether that was all. */

export const WITNESSES = ['hub', 'HomeKit', 'Node-RED'] as const;
export type Witness = (typeof WITNESSES)[number];

export const HAPPENINGS = [
  'motion start',
  'person',
  'ring',
  'delivered',
  'removed',
  'motion end',
  'clip ready',
] as const;
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
  person: 'Somebody came',
  delivered: 'A package came',
  removed: 'A package went',
  ring: 'The bell rang',
  'motion end': 'Quiet again',
  'clip ready': 'Clip ready',
};

/** HomeKit has no notion of clips; the flow of the demo has nodes for rings and motion alone. */
const SEES: Record<Happening, readonly Witness[]> = {
  'motion start': WITNESSES,
  person: ['hub', 'HomeKit'],
  delivered: ['hub', 'HomeKit'],
  removed: ['hub', 'HomeKit'],
  ring: WITNESSES,
  'motion end': WITNESSES,
  'clip ready': ['hub'],
};

/** When it happened at the simulated door, epoch ms. */
export interface AtTheDoor {
  arrive: number;
  ring: number;
  /** The parcel lies on the mat. */
  put: number;
  /** The parcel is in somebody's hands. */
  taken: number;
  /** The porch is empty again, after both visits. */
  empty: number;
}

export function visitReport(door: AtTheDoor, sightings: readonly Sighting[]): VisitReport {
  const cause: Record<Happening, number> = {
    'motion start': door.arrive,
    person: door.arrive,
    ring: door.ring,
    delivered: door.put,
    removed: door.taken,
    'motion end': door.empty,
    'clip ready': door.empty,
  };
  let complete = true;
  const rows = HAPPENINGS.map((happening) => {
    const since = cause[happening];
    const cells = WITNESSES.map((witness) => {
      if (!SEES[happening].includes(witness)) return '';
      // A press may restart what motion began; the first sighting after the cause is the one that counts.
      const seen = sightings.find(
        (one) => one.witness === witness && one.happening === happening && one.at >= since,
      );
      if (!seen) {
        complete = false;
        return 'not seen';
      }
      return `+${duration(seen.at - since)}`;
    });
    return [WORDS[happening], clockTime(since), ...cells];
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
