/** Which texts have had their time, and the log without them. Pure. */
import { entryOf, lineText, parseLine, shortForm } from './entry.ts';
import type { EntryKind } from './entry-kinds.ts';

const ANNOUNCEMENT: EntryKind = 'texts-dropped';

export interface Dropped {
  /** The same entries, with those texts gone. */
  lines: string[];
  /** The last one without text. */
  through: number;
  /** How many had a text until now. Those that only tell that texts were dropped do not count: each would make the next one. */
  dropped: number;
}

/**
 * Texts go from the oldest on, up to the first that has not had its time; the first entry stays, since it names the key.
 *
 * @param texts a log that verifies
 * @param before epoch ms; what is older has had its time
 */
export function dropTextsBefore(texts: readonly string[], before: number): Dropped {
  const lines = [...texts];
  let through = 0;
  let dropped = 0;
  for (const [index, text] of texts.entries()) {
    const line = parseLine(text);
    if (index === 0 || typeof line === 'string') continue;
    const entry = entryOf(line);
    if (entry && entry.at >= before) break;
    lines[index] = lineText(shortForm(line));
    through = index;
    if (entry && entry.kind !== ANNOUNCEMENT) dropped++;
  }
  return { lines, through, dropped };
}
