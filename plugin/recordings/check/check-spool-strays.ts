/** What lies in the spool and no row knows, or should not be there any more: invariant 2. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recording, StoredSnapshot } from '../recording.ts';
import { DROPPED, isRecordingFolder, SNAPSHOTS, segmentNumber, UNREADABLE } from '../spool/places.ts';
import type { Find, Subject } from './finding.ts';
import { sealedAt } from './walk-target.ts';

const PICTURE = /^([0-9A-Za-z_-]{1,64})\.jpg$/;

export async function checkStrays(subject: Subject, find: Find): Promise<void> {
  const { spool, index, rollingFolder } = subject;
  let recovery: Promise<unknown> | undefined;
  const recovered = async (isThere: () => boolean) => {
    recovery ??= spool.recover();
    await recovery;
    if (!isThere()) throw new Error('it could not be read');
  };
  const known = index.spool();
  const folders = [spool.folder, ...(known?.folders ?? []).map(({ folder }) => folder)];
  const memory = [...(rollingFolder === undefined ? [] : [rollingFolder]), ...(known?.rolling ?? [])];
  for (const folder of new Set([...folders, ...memory])) {
    for (const name of await namesIn(folder)) {
      const where = join(folder, name);
      if (name.startsWith(DROPPED))
        // A start of the hub goes on with it.
        find({
          invariant: 2,
          what: 'It was being removed; the hub goes on with that when it starts.',
          where,
        });
      else if (isRecordingFolder(name)) await checkFolder(name, where, { subject, recovered }, find);
    }
    for (const name of await namesIn(join(folder, UNREADABLE)))
      find({
        ...{ invariant: 2, what: 'It could not be made sense of, and was set aside.' },
        where: join(folder, UNREADABLE, name),
      });
    for (const name of await namesIn(join(folder, SNAPSHOTS)))
      checkPicture(name, join(folder, SNAPSHOTS, name), { subject, recovered }, find);
  }
}

interface At {
  subject: Subject;
  /** Takes in what no row knows; rejects where that did not help. */
  recovered(isThere: () => boolean): Promise<void>;
}

async function checkFolder(id: string, where: string, { subject, recovered }: At, find: Find): Promise<void> {
  const { index, spool, session, segmentsOf } = subject;
  const row = index.get(id);
  if (!row)
    return find({
      ...{ invariant: 2, what: 'It lies in the spool, and no row knows it.', where },
      mend: () => recovered(() => index.get(id) !== undefined),
    });
  if (row.state === 'stored' && !row.spooled)
    return find({
      ...{ invariant: 2, what: 'It lies in the spool, and its row says that it left.', where },
      mend: () => dropWhatIsThere(row, subject),
    });
  // One more is being written while it is open.
  if (row.state !== 'closed' && row.state !== 'forwarding') return;
  const rows = new Set(segmentsOf(id).map(({ n }) => n));
  const more = (await namesIn(where)).filter((name) => {
    const n = segmentNumber(name);
    return n !== undefined && !rows.has(n);
  });
  if (more.length > 0)
    find({
      ...{ invariant: 2, what: `${more.join(', ')} lies in the spool, and no row knows it.`, where },
      ...(session && { mend: async () => void (await spool.mend(id)) }),
    });
}

function checkPicture(name: string, where: string, { subject, recovered }: At, find: Find): void {
  const { index } = subject;
  const [, id] = PICTURE.exec(name) ?? [];
  if (id === undefined) return;
  const row = index.getSnapshot(id);
  if (!row)
    find({
      ...{ invariant: 2, what: 'The picture lies in the spool, and no row knows it.', where },
      mend: () => recovered(() => index.getSnapshot(id) !== undefined),
    });
  else if (row.state === 'stored')
    find({
      ...{ invariant: 2, what: 'The picture lies in the spool, and its row says that it left.', where },
      mend: () => dropPictureThatIsThere(row, subject),
    });
}

/** Only what the target is proven to have leaves the spool. */
async function dropWhatIsThere(row: Recording, { session, spool, signal }: Subject): Promise<void> {
  const there = session && (await sealedAt(session, `${row.base}.mp4`, signal));
  if (there?.bytes !== row.bytes || there.sha256 !== row.sha256)
    throw new Error('the target is not proven to have it');
  await spool.drop(row.id);
}

async function dropPictureThatIsThere(
  row: StoredSnapshot,
  { session, spool, signal }: Subject,
): Promise<void> {
  const there = session && (await sealedAt(session, `${row.base}.jpg`, signal));
  if (there?.bytes !== row.bytes || there.sha256 !== row.sha256)
    throw new Error('the target is not proven to have it');
  await spool.dropSnapshot(row.id);
}

/** None where there is no such folder. Rejects with the error of the disk. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
