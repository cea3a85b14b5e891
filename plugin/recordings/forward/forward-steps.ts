/** What is done at the target, one thing at a time. Each keeps the order on which the invariants rest, and may be done again after it failed half-way. */
import { dirname } from 'node:path/posix';
import { dayIndexText } from '../day-index.ts';
import type { RecordingIndex } from '../index/contract.ts';
import { TargetError, type TargetSession } from '../keeper/contract.ts';
import { DAY_INDEX } from '../layout.ts';
import type { Recording, Sealed, StoredSnapshot } from '../recording.ts';
import { parseSidecar, sidecarOf, sidecarText } from '../sidecar.ts';
import type { Spool } from '../spool/contract.ts';
import { wholeAtTarget } from './whole-at-target.ts';

/** Where a step works. All reject with a `TargetError` when the target is at fault. */
export interface Desk {
  session: TargetSession;
  index: RecordingIndex;
  spool: Spool;
  signal: AbortSignal;
}

/**
 * Row `forwarding` → file → sidecar → row `stored` → pieces leave the spool → row not spooled. Rejects with `bad-piece` only when the target is proven not
 * to have the file whole.
 */
export async function forwardRecording({ id, base }: Recording, desk: Desk): Promise<void> {
  const { session, index, spool, signal } = desk;
  const { state } = rowOf(id, index);
  index.forwarding(id);
  const file = await bring(rowOf(id, index), desk, { mayBeThere: state === 'forwarding' });
  const event = (await spool.sidecar(id))?.event;
  const sidecar = sidecarOf({ ...rowOf(id, index), sha256: file.sha256 }, index.segments(id), event);
  await session.putText(`${base}.json`, sidecarText(sidecar), signal);
  index.stored(id, file);
  await leaveSpool(id, desk);
}

/** What is there whole is not copied once more: a crash may have come between its name and its row, and its pieces may be gone since. */
async function bring(
  recording: Recording,
  desk: Desk,
  { mayBeThere }: { mayBeThere: boolean },
): Promise<Sealed> {
  const { session, spool, signal } = desk;
  const path = `${recording.base}.mp4`;
  const pieces = spool.pieces(recording);
  const there = mayBeThere ? await wholeAtTarget(path, pieces, desk) : undefined;
  if (there) return there;
  try {
    return await session.put(path, pieces, signal);
  } catch (error) {
    if (mayBeThere || !(error instanceof TargetError && error.fault === 'bad-piece')) throw error;
    const whole = await wholeAtTarget(path, pieces, desk);
    if (whole) return whole;
    throw error;
  }
}

/**
 * A recording that waits in the spool goes, now: row `deleting` → pieces. Its row goes when the target was asked: whatever it was last, something of
 * it can be there, of a copy whose row was lost or made again.
 */
export async function dropWaiting(
  { id }: Recording,
  { index, spool }: Pick<Desk, 'index' | 'spool'>,
): Promise<void> {
  index.deleting([id]);
  if (index.get(id)?.state !== 'deleting') return;
  await spool.drop(id);
  // The loop to the target may have come to it meanwhile.
  if (!index.get(id)) return;
  index.unspooled(id);
}

/** The last step of {@link forwardRecording}, also for what a crash left before it. */
export async function leaveSpool(id: string, { index, spool }: Pick<Desk, 'index' | 'spool'>): Promise<void> {
  await spool.drop(id);
  index.unspooled(id);
}

export async function forwardSnapshot(snapshot: StoredSnapshot, desk: Desk): Promise<void> {
  const { session, index, spool, signal } = desk;
  const { id, base } = snapshot;
  const piece = spool.snapshotPiece(id);
  if (!piece) throw new TargetError('bad-piece', `The picture ${base}.jpg is no longer in the spool.`);
  try {
    await session.put(`${base}.jpg`, [piece], signal);
  } catch (error) {
    // A better one that came meanwhile is brought there next.
    const isBetter = index.getSnapshot(id)?.sha256 !== snapshot.sha256;
    if (isBetter && error instanceof TargetError && error.fault === 'bad-piece') return;
    throw error;
  }
  await spool.leaveSnapshot(snapshot);
}

/** Files at the target and in the spool, then the row. Pictures of its events go by their own age. */
export async function deleteRecording({ id, base }: Recording, desk: Desk): Promise<void> {
  const { session, index, spool, signal } = desk;
  await spool.drop(id);
  for (const ending of ['mp4', 'json']) await session.remove(`${base}.${ending}`, signal);
  await session.removeEmptyFolders(dirname(base), signal);
  // Whoever gave it up may have come first.
  if (index.get(id)) index.remove(id);
}

export async function deleteSnapshot(snapshot: StoredSnapshot, desk: Desk): Promise<void> {
  const { session, index, spool, signal } = desk;
  const { id, base } = snapshot;
  index.putSnapshot({ ...snapshot, state: 'deleting' });
  await spool.dropSnapshot(id);
  await session.remove(`${base}.jpg`, signal);
  await session.removeEmptyFolders(dirname(base), signal);
  index.removeSnapshot(id);
}

/** A stored recording was pinned or let go: its sidecar says so too, and keeps the event that stands in it. */
export async function rewriteSidecar(recording: Recording, desk: Desk): Promise<void> {
  const { session, index, signal } = desk;
  const { id, base } = recording;
  const text = await session.readText(`${base}.json`, signal).catch((error: unknown) => {
    if (error instanceof TargetError && error.fault === 'not-found') return '';
    throw error;
  });
  const event = parseSidecar(text)?.event;
  await session.putText(`${base}.json`, sidecarText(sidecarOf(recording, index.segments(id), event)), signal);
  index.sidecarWritten(id);
}

/** The whole `index.jsonl` of a day; none where nothing is left of it. */
export async function writeDay(day: string, { session, index, signal }: Desk): Promise<void> {
  const path = `${day}/${DAY_INDEX}`;
  const recordings = index.ofDay(day);
  const sidecars = recordings.map((recording) => sidecarOf(recording, index.segments(recording.id)));
  if (sidecars.length > 0) await session.putText(path, dayIndexText(sidecars), signal);
  else {
    await session.remove(path, signal);
    await session.removeEmptyFolders(day, signal);
  }
  index.dayWritten(day);
}

function rowOf(id: string, index: RecordingIndex): Recording {
  const row = index.get(id);
  if (!row) throw new Error(`The recording ${id} left the index while it was on its way.`);
  return row;
}
