/** Whether the spool has what the rows say, and nothing that they do not. */
import { stat } from 'node:fs/promises';
import type { Piece } from '../keeper/contract.ts';
import type { Recording } from '../recording.ts';
import { pieceFault } from '../spool/piece-fault.ts';
import { SpoolPlaces } from '../spool/places.ts';
import { checkStrays } from './check-spool-strays.ts';
import type { Find, Subject } from './finding.ts';
import { sealedAt } from './walk-target.ts';

/** Invariants 2, 3, and 13 for the pictures that wait in the spool. Rejects with a `TargetError` when the target goes away meanwhile. */
export async function checkSpool(subject: Subject, find: Find): Promise<void> {
  const { spool, recordings, snapshots, session, index, signal } = subject;
  // The pieces of a stored one are on their way out.
  for (const recording of recordings.filter(({ spooled, state }) => spooled && state !== 'stored')) {
    signal.throwIfAborted();
    await checkPieces(recording, subject, find);
  }
  for (const { id, base, state } of snapshots.filter((each) => each.state === 'closed')) {
    const piece = spool.snapshotPiece(id);
    const fault = piece ? await faultOf(piece, subject) : 'is missing';
    if (!fault) continue;
    find({
      ...{
        invariant: 13,
        what: `The picture ${fault} in the spool; its row says ${state}.`,
        where: `${base}.jpg`,
      },
      // A row goes only where it is proven that the target does not have the file either.
      ...(session && {
        mend: async () => {
          const there = await sealedAt(session, `${base}.jpg`, signal);
          if (there) throw new Error('the target has it');
          index.removeSnapshot(id);
        },
      }),
    });
  }
  await checkStrays(subject, find);
}

async function checkPieces(recording: Recording, subject: Subject, find: Find): Promise<void> {
  const { spool, session } = subject;
  const { id, base } = recording;
  const faults: string[] = [];
  const { state } = recording;
  const init = placesOf(subject).part(id, 'init.mp4');
  // What nothing can be made of when the hub ends before it is closed.
  if (state === 'open' && (await isMissing(init))) faults.push(`${init} is missing`);
  for (const piece of piecesOf(recording, subject)) {
    const fault = await faultOf(piece, subject);
    if (fault) faults.push(`${piece.path} ${fault}`);
  }
  const [first] = faults;
  if (first === undefined) return;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  find({
    ...{ invariant: 3, what: `${first}${more}.`, where: `${base}.mp4` },
    // Its row goes where nothing of it is left, and only while the target is proven to be there.
    ...(session && { mend: async () => void (await spool.mend(id)) }),
  });
}

/** Of one that is open, its sealed segments. */
function piecesOf(recording: Recording, subject: Subject): Piece[] {
  const { spool, segmentsOf } = subject;
  if (recording.state !== 'open') return spool.pieces(recording);
  const places = placesOf(subject);
  return segmentsOf(recording.id).map((segment) => ({
    path: places.segment(recording.id, segment),
    bytes: segment.bytes,
    sha256: segment.sha256,
  }));
}

async function isMissing(path: string): Promise<boolean> {
  try {
    await stat(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function placesOf({ spool, rollingFolder, index }: Subject): SpoolPlaces {
  const former = index.spool()?.folders.map(({ folder }) => folder);
  return new SpoolPlaces(spool.folder, rollingFolder, former);
}

/** What is wrong with a file, in words; undefined when it is as it should be. */
async function faultOf(piece: Piece, { hashes }: Subject): Promise<string | undefined> {
  const fault = await pieceFault(piece, { hash: hashes && piece.sha256 !== '' });
  switch (fault?.what) {
    case undefined:
      return undefined;
    case 'missing':
      return 'is missing';
    case 'size':
      return `has ${fault.bytes} bytes instead of ${piece.bytes}`;
    case 'altered':
      return 'does not have the bytes that were written';
    case 'unread':
      return `cannot be read (${fault.code})`;
  }
}
