/** Proves the invariants of `index/schema.ts`, one by one, and mends what can be mended without removing footage. */
import { reason } from '../../system/problem.ts';
import type { RecordingIndex } from '../index/contract.ts';
import { INVARIANTS, type InvariantNumber } from '../index/schema.ts';
import type { TargetSession } from '../keeper/contract.ts';
import type { Spool } from '../spool/contract.ts';
import { checkRows } from './check-rows.ts';
import { checkSpool } from './check-spool.ts';
import { checkTarget } from './check-target.ts';
import type { Discovery, Finding, Subject } from './finding.ts';

export interface CheckOptions {
  index: RecordingIndex;
  spool: Spool;
  /** The part of the spool that is in memory. */
  rollingFolder?: string;
  /** The target, proven; without it, what is there is left unproven. */
  session?: TargetSession;
  /** Whether every byte is read and compared with its hash: as long as the recordings take to copy. */
  hashes: boolean;
  /** Whether to mend what can be mended. Nobody else may use index and spool meanwhile. */
  repair: boolean;
  signal: AbortSignal;
}

export interface CheckReport {
  findings: Finding[];
  /** Invariants of which a part could not be looked at, since the target was not there. */
  unproven: InvariantNumber[];
  totals: {
    recordings: number;
    segments: number;
    snapshots: number;
    gaps: number;
    bytes: number;
    /** Length of all footage, in ms. */
    footageMs: number;
  };
}

const NEEDS_TARGET: readonly InvariantNumber[] = [9, 10, 11, 12, 13];

/** In which findings are mended: what is known of the files before what is written about them. */
const ORDER: readonly InvariantNumber[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 11];

/** Rejects with a `TargetError` when the target goes away meanwhile, or with the reason of the signal. */
export async function check(options: CheckOptions): Promise<CheckReport> {
  const subject = subjectOf(options);
  const { index, recordings, snapshots, segmentsOf, session } = subject;
  const discoveries: Discovery[] = [];
  const find = (discovery: Discovery) => void discoveries.push(discovery);
  checkRows(subject, find);
  if (session) await checkTarget({ ...subject, session }, find);
  await checkSpool(subject, find);
  discoveries.sort((a, b) => ORDER.indexOf(a.invariant) - ORDER.indexOf(b.invariant));
  const totals = {
    recordings: recordings.length,
    segments: recordings.reduce((sum, { id }) => sum + segmentsOf(id).length, 0),
    snapshots: snapshots.length,
    gaps: index.gaps({ from: 0, to: Number.MAX_SAFE_INTEGER }).length,
    bytes: recordings.reduce((sum, { bytes }) => sum + bytes, 0),
    footageMs: recordings.reduce((sum, { startedAt, endedAt }) => sum + endedAt - startedAt, 0),
  };
  const findings: Finding[] = [];
  for (const discovery of discoveries)
    findings.push(options.repair ? await mended(discovery, options.signal) : told(discovery));
  return { findings, unproven: session ? [] : [...NEEDS_TARGET], totals };
}

/** The numbers of all invariants, in order. */
export function invariantNumbers(): InvariantNumber[] {
  return Object.keys(INVARIANTS).map((number) => Number(number) as InvariantNumber);
}

function subjectOf({ index, spool, rollingFolder, session, hashes, signal }: CheckOptions): Subject {
  const limit = Number.MAX_SAFE_INTEGER;
  // The pictures of its events go with a recording.
  const going = new Set(index.toDelete(limit).flatMap(({ id, eventIds }) => [id, ...eventIds]));
  return {
    ...{ index, spool, rollingFolder, session, hashes, signal },
    recordings: index.list({ order: 'oldest', limit }),
    snapshots: index.snapshotsBefore(limit).filter(({ id, state }) => state !== 'deleting' && !going.has(id)),
    segmentsOf: (id) => index.segments(id),
  };
}

function told({ mend, ...finding }: Discovery): Finding {
  return { ...finding, repairable: mend !== undefined };
}

async function mended(discovery: Discovery, signal: AbortSignal): Promise<Finding> {
  const finding = told(discovery);
  if (!discovery.mend) return { ...finding, repaired: false };
  signal.throwIfAborted();
  try {
    await discovery.mend();
    return { ...finding, repaired: true };
  } catch (error) {
    signal.throwIfAborted();
    return { ...finding, repaired: false, what: `${finding.what} It could not be mended: ${reason(error)}.` };
  }
}
