/** Follows the chain of a log's lines as far as it holds. Pure. */
import { hashOf, type Line, NO_HASH, parseLine } from './entry.ts';

export interface ChainFault {
  code: 'not-a-line' | 'wrong-index' | 'wrong-link';
  /** Counted from 1. */
  line: number;
  what: string;
}

export interface Chain {
  /** Those that hold; all of them where there is no fault. */
  lines: Line[];
  /** Of each of `lines`; hex. */
  hashes: string[];
  /** The first line that is wrong. */
  fault?: ChainFault;
}

/** @param whole whether it must begin with the first entry; an excerpt may begin anywhere */
export function followChain(texts: readonly string[], { whole }: { whole: boolean }): Chain {
  const lines: Line[] = [];
  const hashes: string[] = [];
  const broken = (code: ChainFault['code'], at: number, what: string): Chain => ({
    ...{ lines: lines.slice(0, at), hashes: hashes.slice(0, at) },
    fault: { code, line: at + 1, what },
  });
  for (const [at, text] of texts.entries()) {
    const line = parseLine(text);
    if (typeof line === 'string') return broken('not-a-line', at, `Line ${at + 1} ${line}.`);
    const first = whole ? { index: 0, prev: NO_HASH } : (lines[0] ?? line);
    const index = first.index + at;
    if (line.index !== index)
      return broken(
        'wrong-index',
        at,
        `Line ${at + 1} should be entry ${index}, and is entry ${line.index}: ${line.index > index ? 'something was taken out before it' : 'it stands in the wrong place'}.`,
      );
    if (line.prev !== (hashes[at - 1] ?? first.prev))
      return broken('wrong-link', ...blame(at, line, texts[at + 1]));
    lines.push(line);
    hashes.push(hashOf(line));
  }
  return { lines, hashes };
}

/** A link that does not hold may be the fault of either line; when the line after vouches for the later one, the earlier was changed. */
function blame(at: number, line: Line, nextText: string | undefined): [at: number, what: string] {
  if (at === 0) return [0, 'Line 1 tells of a line before it, and is the first.'];
  const next = nextText === undefined ? undefined : parseLine(nextText);
  if (typeof next === 'object' && next.prev === hashOf(line))
    return [at - 1, `Line ${at} is not the one that line ${at + 1} follows: it was changed or replaced.`];
  return [at, `Line ${at + 1} does not follow line ${at}: one of the two was changed or replaced.`];
}
