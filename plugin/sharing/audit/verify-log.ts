/**
 * Whether a log is what it was. Pure. Invariants, in the order in which they are looked at:
 *
 * 1. Every line is an entry in canonical form, in its place, and has the hash of the line before (`chain.ts`).
 * 2. The first entry begins the log and names the key, which is the key of this house.
 * 3. A text is gone only where a later entry says that texts up to there were dropped.
 * 4. Every head is signed with that key, and the log has, at that length, the very line that the head tells of.
 *
 * Whoever holds the key and the files can make another log that keeps all of this. Heads that left the house show it, and nothing else does.
 */
import { type Chain, followChain } from './chain.ts';
import { type Entry, entryOf, type Line } from './entry.ts';
import { type EntryFacts, type EntryKind, fits } from './entry-kinds.ts';
import { isSignedBy, originOf, type SignedHead } from './heads.ts';

export interface LogFinding {
  code:
    | 'not-a-line'
    | 'wrong-index'
    | 'wrong-link'
    | 'no-beginning'
    | 'other-key'
    | 'text-missing'
    | 'no-heads'
    | 'heads-unreadable'
    | 'head-unsigned'
    | 'head-of-another-log'
    | 'head-beyond'
    | 'head-differs';
  /** Counted from 1; absent where it is about a head alone. */
  line?: number;
  /** A sentence. */
  what: string;
}

export interface LogVerdict {
  /** No finding. */
  ok: boolean;
  /** The first wrong line first. */
  findings: LogFinding[];
  entries: number;
  /** Entries whose text is gone after its time. */
  dropped: number;
  /** So many entries, from the first, are proven by a head of this house. */
  underHeads: number;
  /** Id and key of the log, as the first entry names them; absent where it does not. */
  log?: string;
  key?: string;
}

export interface VerifyOptions {
  /** Heads that were kept elsewhere: from a bag, a mail, a statement. */
  outsideHeads?: readonly SignedHead[];
  /** What stands in the file of heads of this house and is none. */
  headsRest?: string;
  /** What the house knows as its public key; without it, the log is taken at its word. */
  publicKeySsh?: string;
}

/** @param heads of this house, from the file beside the log */
export function verifyLog(
  texts: readonly string[],
  heads: readonly SignedHead[],
  { outsideHeads = [], headsRest = '', publicKeySsh }: VerifyOptions = {},
): LogVerdict {
  const chain = followChain(texts, { whole: true });
  const begun = beginning(chain.lines[0]);
  const judge = judgeOf({ chain, length: texts.length, begun, key: publicKeySsh ?? begun?.key });
  const judged = (among: readonly SignedHead[]) => among.map((head) => ({ head, judgement: judge(head) }));
  const [inside, outside] = [judged(heads), judged(outsideHeads)];
  const good = [...inside, ...outside]
    .filter(({ judgement }) => judgement === 'good')
    .map(({ head }) => head.size);
  const told = (among: typeof inside, name: string) =>
    among.flatMap(({ judgement, head }) => headFinding(judgement, head, { name, good }) ?? []);
  const findings = [
    ...(chain.fault ? [chain.fault] : []),
    ...beginningFindings(texts, chain, begun, publicKeySsh),
    ...missingTexts(chain),
    ...(heads.length === 0 && texts.length > 1 ? [NO_HEADS] : []),
    ...(headsRest === '' ? [] : [HEADS_UNREADABLE]),
    ...firstOfEach(told(inside, 'The head')),
    ...told(outside, 'The head kept elsewhere'),
  ];
  return {
    ...{ ok: findings.length === 0, findings, entries: chain.lines.length },
    dropped: chain.lines.filter(({ body }) => typeof body === 'string').length,
    underHeads: Math.max(0, ...good),
    ...(begun && { log: begun.log, key: begun.key }),
  };
}

type Begun = EntryFacts<'log-begun'>;
type Judgement = 'good' | 'unsigned' | 'another-log' | 'beyond' | 'differs' | 'unproven';

const NO_HEADS: LogFinding = {
  code: 'no-heads',
  what: 'The heads of this log are gone: the house signs the first one as a log begins.',
};

const HEADS_UNREADABLE: LogFinding = {
  code: 'heads-unreadable',
  what: 'In the file of heads stands something that is no head: it was changed or damaged.',
};

function beginningFindings(
  texts: readonly string[],
  { fault }: Chain,
  begun: Begun | undefined,
  publicKeySsh: string | undefined,
): LogFinding[] {
  if (fault?.line === 1) return [];
  if (texts.length === 0) return [{ code: 'no-beginning', what: 'The log is empty.' }];
  if (!begun)
    return [{ code: 'no-beginning', line: 1, what: 'Line 1 does not begin a log, or names no key.' }];
  if (publicKeySsh === undefined || begun.key === publicKeySsh) return [];
  const what = 'Line 1 names a key that is not the one of this house: the log was made anew, or the key was.';
  return [{ code: 'other-key', line: 1, what }];
}

function beginning(line: Line | undefined): Begun | undefined {
  const entry = line && entryOf(line);
  return entry && factsOf('log-begun', entry);
}

/** The facts of an entry, where it is of that kind. */
export function factsOf<K extends EntryKind>(kind: K, entry: Entry): EntryFacts<K> | undefined {
  const { facts } = entry;
  return entry.kind === kind && fits(kind, facts) ? facts : undefined;
}

/** The first text that is gone without a word. */
function missingTexts({ lines }: Chain): LogFinding[] {
  const announced = lines.map((line) => {
    const entry = entryOf(line);
    return (entry && factsOf('texts-dropped', entry)?.through) ?? 0;
  });
  const through = Math.max(0, ...announced);
  const missing = lines.find(
    ({ body, index }) => typeof body === 'string' && (index === 0 || index > through),
  );
  if (!missing) return [];
  const line = missing.index + 1;
  return [
    { code: 'text-missing', line, what: `The text of line ${line} is gone, and no later entry says why.` },
  ];
}

interface JudgeContext {
  chain: Chain;
  /** Lines of the log, those behind a fault as well. */
  length: number;
  begun: Begun | undefined;
  key: string | undefined;
}

function judgeOf({ chain, length, begun, key }: JudgeContext): (head: SignedHead) => Judgement {
  return (head) => {
    if (!begun || key === undefined) return 'unproven';
    if (head.origin !== originOf(begun.log)) return 'another-log';
    if (!isSignedBy(head, key)) return 'unsigned';
    if (head.size > length) return 'beyond';
    const hash = chain.hashes[head.size - 1];
    if (hash === undefined) return 'unproven';
    return hash === head.hash ? 'good' : 'differs';
  };
}

/** @param good lengths at which other heads agree with the log */
function headFinding(
  judgement: Judgement,
  { size, at }: SignedHead,
  { name, good }: { name: string; good: readonly number[] },
): LogFinding | undefined {
  const head = `${name} of ${Number.isNaN(at) ? 'no time' : new Date(at).toISOString()}`;
  switch (judgement) {
    // What is wrong before it is told already.
    case 'unproven':
    case 'good':
      return undefined;
    case 'unsigned':
      return {
        code: 'head-unsigned',
        what: `${head} is not signed with the key of this log, or was changed.`,
      };
    case 'another-log':
      return {
        code: 'head-of-another-log',
        what: `${head} is of another log: this one was begun anew, or the head is of another house.`,
      };
    case 'beyond':
      return {
        code: 'head-beyond',
        what: `${head} tells of ${size} entries, and there are fewer: the log was cut off, or an older copy of it was put back.`,
      };
    case 'differs': {
      const agreed = Math.max(0, ...good.filter((each) => each < size));
      const where = agreed + 1 === size ? `line ${size}` : `something in lines ${agreed + 1} to ${size}`;
      return {
        code: 'head-differs',
        ...(agreed + 1 === size && { line: size }),
        what: `${head} tells of another line ${size}: ${where} was changed after it was signed.`,
      };
    }
  }
}

/** A house signs a head a day: when one is wrong, most often hundreds are, for the same reason. */
function firstOfEach(findings: readonly LogFinding[]): LogFinding[] {
  return findings.filter(({ code }, at) => findings.findIndex((each) => each.code === code) === at);
}
