/** A part of the log that proves itself: for the bag of a share, without a word about other shares. Pure. */
import { followChain } from './chain.ts';
import { type Entry, entryOf, lineText, shortForm } from './entry.ts';
import { isSignedBy, type SignedHead } from './heads.ts';

/**
 * The lines from the first entry that is told to the end, with only the hashes of all others between.
 *
 * @param texts a log that verifies
 */
export function excerptOf(texts: readonly string[], isTold: (entry: Entry) => boolean): string[] {
  const { lines } = followChain(texts, { whole: true });
  const told = lines.map((line) => {
    const entry = entryOf(line);
    return entry !== undefined && isTold(entry);
  });
  const first = told.indexOf(true);
  if (first < 0) return [];
  return lines.slice(first).map((line, at) => lineText(told[first + at] ? line : shortForm(line)));
}

/**
 * Why an excerpt is not part of the log that the head tells of, as a sentence; undefined when it is.
 *
 * @param head of that log when the excerpt was made: it ends there
 */
export function excerptFault(
  texts: readonly string[],
  head: SignedHead,
  publicKeySsh: string,
): string | undefined {
  const { fault, lines, hashes } = followChain(texts, { whole: false });
  if (fault) return fault.what;
  if (!isSignedBy(head, publicKeySsh)) return 'The head is not signed with this key, or was changed.';
  if (lines.at(-1)?.index !== head.size - 1 || hashes.at(-1) !== head.hash)
    return `The lines do not end where the head of ${new Date(head.at).toISOString()} does.`;
  return undefined;
}
