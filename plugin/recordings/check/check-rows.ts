/** What can be told from the rows alone. */
import { parseBase } from '../layout.ts';
import type { Recording, Segment } from '../recording.ts';
import type { Find, Subject } from './finding.ts';

/** Invariants 1, 4, 5, 6, 7, 8 and 14. */
export function checkRows({ index, recordings, snapshots, segmentsOf }: Subject, find: Find): void {
  for (const line of index.damage())
    find({ invariant: 1, what: `SQLite says: ${line}.`, where: 'the index' });
  for (const recording of recordings) checkRow(recording, segmentsOf(recording.id), find);
  for (const { id, keep } of index.list({ states: ['deleting'], limit: Number.MAX_SAFE_INTEGER }))
    if (keep) find({ invariant: 8, what: `It is ${keep} and being deleted.`, where: id });
  for (const { id, base } of snapshots)
    if (parseBase(base)?.id !== id)
      find({ invariant: 7, what: `Its place is "${base}".`, where: `picture ${id}` });
  for (const { from, to, reason } of index.gaps({ from: 0, to: Number.MAX_SAFE_INTEGER }))
    if (from > to)
      find({ invariant: 14, what: `A gap (${reason}) goes from ${from} to ${to}.`, where: 'the index' });
}

/** Of one recording. */
export function checkRow(recording: Recording, segments: readonly Segment[], find: Find): void {
  const { id, base, kind, state, bytes, wrap, spooled, sha256 } = recording;
  const parts = parseBase(base);
  if (parts?.id !== id || parts.kind !== kind)
    find({ invariant: 7, what: `Its place is "${base}".`, where: `recording ${id}` });
  if (segments.some(({ n }, place) => n !== place) || segments.some((each) => each.startedAt > each.endedAt))
    find({ invariant: 4, what: 'Its segments do not follow one another.', where: base });
  if (state === 'open') {
    if (bytes !== 0 || wrap || sha256)
      find({ invariant: 5, what: 'It is open, and has a size already.', where: base });
    return;
  }
  const sum = [wrap?.head, ...segments, wrap?.tail].reduce((total, part) => total + (part?.bytes ?? 0), 0);
  if (!wrap || segments.length === 0 || sum !== bytes)
    find({ invariant: 5, what: `Its ${bytes} bytes are not those of its parts (${sum}).`, where: base });
  if (state !== 'stored' && !spooled)
    find({ invariant: 6, what: `It is ${state} and not in the spool.`, where: base });
}
