/**
 * A day's `index.jsonl` beside the files: one line for each recording, which is its sidecar without the event, so that a lost index is made again from
 * a few files and not from thousands. A line `{"id":…,"removedAt":…}` takes the recording away again.
 */
import { parseSidecar, type Sidecar } from './sidecar.ts';

/** The whole file. */
export function dayIndexText(sidecars: readonly Sidecar[]): string {
  return sidecars.map(({ event: _, ...line }) => `${JSON.stringify(line)}\n`).join('');
}

/** What the lines come to, in the order in which each recording was first named. A line that is torn or not ours is passed over; the last one of a recording counts. */
export function parseDayIndex(text: string): Sidecar[] {
  const found = new Map<string, Sidecar | undefined>();
  for (const line of text.split('\n')) {
    const sidecar = parseSidecar(line);
    if (sidecar) found.set(sidecar.id, sidecar);
    else {
      const removed = removedId(line);
      if (removed !== undefined) found.set(removed, undefined);
    }
  }
  return [...found.values()].filter((sidecar) => sidecar !== undefined);
}

function removedId(line: string): string | undefined {
  try {
    const { id, removedAt } = (JSON.parse(line) ?? {}) as { id?: unknown; removedAt?: unknown };
    return typeof id === 'string' && typeof removedAt === 'number' ? id : undefined;
  } catch {
    return undefined;
  }
}
