/** Whether the target has what the rows say, and nothing of ours that they do not. */
import type { CameraRef } from '../../../protocol/event.ts';
import { parseDayIndex } from '../day-index.ts';
import { rewriteSidecar, writeDay } from '../forward/forward-steps.ts';
import { TargetError, type TargetSession } from '../keeper/contract.ts';
import { DAY_INDEX, PART, parseBase } from '../layout.ts';
import type { Recording, StoredSnapshot } from '../recording.ts';
import { parseSidecar, type Sidecar, sidecarOf } from '../sidecar.ts';
import type { Find, Subject } from './finding.ts';
import { type TakingIn, takeInRecordings, takeInSnapshots } from './take-in.ts';
import { orFault, sealedAt, type TargetDay, textAt, walkTarget } from './walk-target.ts';

export interface TargetSubject extends Subject {
  session: TargetSession;
}

/** Invariants 9 to 13. Rejects with a `TargetError` when the target goes away meanwhile. */
export async function checkTarget(subject: TargetSubject, find: Find): Promise<void> {
  const { session, index, recordings, snapshots, signal } = subject;
  checkPlace(subject, find);
  const stored = byDay(recordings.filter(({ state }) => state === 'stored'));
  const pictures = byDay(snapshots.filter(({ state }) => state === 'stored'));
  const cameras = new Map<string, CameraRef>(
    recordings.map(({ base, camera }) => [parseBase(base)?.slug ?? '', camera]),
  );
  const stale = staleAt(subject);
  const folders = new Set([...recordings, ...snapshots].map(({ base }) => parseBase(base)?.slug));
  const check = async (day: TargetDay) => {
    for (const recording of stored.get(day.day) ?? []) await checkFile(recording, day, subject, find);
    for (const picture of pictures.get(day.day) ?? []) await checkPicture(picture, day, subject, find);
    await checkWords(stored.get(day.day) ?? [], day, { subject, stale }, find);
    checkStrays(day, { index, session, cameras, signal }, find);
    stored.delete(day.day);
    pictures.delete(day.day);
  };
  const isForeign = (folder: string) => !folders.has(folder);
  for await (const day of walkTarget(session, signal, isForeign)) await check(day);
  // Days that should be there and are not.
  for (const day of new Set([...stored.keys(), ...pictures.keys()])) await check({ day, files: new Map() });
}

function checkPlace({ session, index, recordings }: TargetSubject, find: Find): void {
  const known = index.target();
  if (known && known.id !== session.facts.id)
    find({
      invariant: 9,
      what: `The marker there is ${session.facts.id}, not ${known.id}.`,
      where: known.where,
    });
  if (!known && recordings.some(({ state }) => state === 'stored'))
    find({ invariant: 9, what: 'Recordings are stored, and no target is known.', where: 'the index' });
}

function byDay<T extends { base: string }>(rows: readonly T[]): Map<string, T[]> {
  return Map.groupBy(rows, ({ base }) => parseBase(base)?.day ?? '');
}

async function checkFile(
  recording: Recording,
  { files }: TargetDay,
  subject: TargetSubject,
  find: Find,
): Promise<void> {
  const { index, session, hashes, signal } = subject;
  const { id, base, bytes, sha256, camera, startedAt, endedAt, spooled } = recording;
  const where = `${base}.mp4`;
  const there = files.get(nameOf(where));
  const finding = { invariant: 10 as const, where };
  // What is in the spool goes there once more.
  const again = spooled && { mend: () => index.unstored(id) };
  if (!there) {
    const gone = `It is not at the target; ${spooled ? 'the spool has it still' : 'its footage is lost, which becomes a gap'}.`;
    const forget = async () => {
      if (await sealedAt(session, where, signal)) throw new Error('it is there after all');
      index.addGap({ camera, from: startedAt, to: endedAt, reason: 'damaged' });
      index.setKeep(id, undefined);
      index.deleting([id]);
      await session.remove(`${base}.json`, signal);
      index.remove(id);
    };
    return find({ ...finding, what: gone, ...(again || { mend: forget }) });
  }
  if (there.bytes !== bytes)
    return find({ ...finding, what: `It has ${there.bytes} bytes instead of ${bytes}.`, ...again });
  if (!hashes || !sha256) return;
  const sealed = await orFault(sealedAt(session, where, signal));
  if (sealed instanceof TargetError) find({ ...finding, what: unread(sealed) });
  else if (sealed?.sha256 !== sha256)
    find({ ...finding, what: 'It does not have the bytes that were written.', ...again });
}

async function checkPicture(
  picture: StoredSnapshot,
  { files }: TargetDay,
  { index, session, hashes, signal }: TargetSubject,
  find: Find,
): Promise<void> {
  const { id, base, bytes, sha256 } = picture;
  const where = `${base}.jpg`;
  const there = files.get(nameOf(where));
  const finding = { invariant: 13 as const, where };
  if (!there)
    return find({
      ...finding,
      what: 'The picture is not at the target.',
      mend: () => index.removeSnapshot(id),
    });
  if (there.bytes !== bytes)
    return find({ ...finding, what: `The picture has ${there.bytes} bytes instead of ${bytes}.` });
  if (!hashes || sha256 === '') return;
  const sealed = await orFault(sealedAt(session, where, signal));
  if (sealed instanceof TargetError) find({ ...finding, what: unread(sealed) });
  else if (sealed?.sha256 !== sha256)
    find({ ...finding, what: 'The picture does not have the bytes that were written.' });
}

interface Stale {
  days: ReadonlySet<string>;
  recordings: ReadonlySet<string>;
}

/** What is known to be out of date, and will be written again. */
function staleAt({ index }: Subject): Stale {
  const all = Number.MAX_SAFE_INTEGER;
  return {
    days: new Set(index.staleDays(all)),
    recordings: new Set(index.staleSidecars(all).map(({ id }) => id)),
  };
}

/** Sidecars are read where hashes are looked at, since that reads every file. */
async function checkWords(
  recordings: readonly Recording[],
  { day, files }: TargetDay,
  { subject, stale }: { subject: TargetSubject; stale: Stale },
  find: Find,
): Promise<void> {
  const { session, hashes, segmentsOf, signal } = subject;
  for (const recording of recordings) {
    const where = `${recording.base}.json`;
    if (!files.has(nameOf(`${recording.base}.mp4`)) || stale.recordings.has(recording.id)) continue;
    const wanted = sidecarOf(recording, segmentsOf(recording.id));
    const looks = hashes && files.has(nameOf(where));
    const text = looks ? await orFault(textAt(session, where, signal)) : '';
    const same = files.has(nameOf(where)) && (!looks || says(parseSidecar(String(text)), wanted));
    const mend = () => rewriteSidecar(recording, subject);
    if (text instanceof TargetError) find({ invariant: 11, what: unread(text), where });
    else if (!same) find({ invariant: 11, what: 'The sidecar does not say what the row says.', where, mend });
  }
  if (stale.days.has(day)) return;
  const where = `${day}/${DAY_INDEX}`;
  const text = files.has(DAY_INDEX) ? await orFault(textAt(session, where, signal)) : '';
  if (text instanceof TargetError) return find({ invariant: 11, what: unread(text), where });
  const lines = parseDayIndex(text);
  const byId = new Map(lines.map((line) => [line.id, line]));
  const same =
    lines.length === recordings.length &&
    recordings.every((recording) =>
      says(byId.get(recording.id), sidecarOf(recording, segmentsOf(recording.id))),
    );
  const mend = () => writeDay(day, subject);
  if (!same)
    find({ invariant: 11, what: 'The index of the day does not say what the rows say.', where, mend });
}

/** A camera that was renamed since is the same. */
function says(found: Sidecar | undefined, wanted: Sidecar): boolean {
  if (!found) return false;
  const words = ({ event: _, camera, base, ...rest }: Sidecar) =>
    JSON.stringify(sorted({ ...rest, camera: camera.id }));
  return (found.base === '' || found.base === wanted.base) && words(found) === words(wanted);
}

/** With its keys in one order, however deep. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

function checkStrays(day: TargetDay, at: TakingIn, find: Find): void {
  const { index, session, signal } = at;
  for (const name of day.files.keys()) {
    const [, stem = '', ending] = /^(.+?)(\.(?:mp4|json|jpg)(?:\.part)?)$/.exec(name) ?? [];
    const base = `${day.day}/${stem}`;
    const id = parseBase(base)?.id;
    if (id === undefined) continue;
    const row = index.get(id);
    const finding = { invariant: 12 as const, where: `${day.day}/${name}` };
    const takeIn = async () => {
      const { failed } = await takeInRecordings(day, at);
      const pictures = await takeInSnapshots(day, at);
      if (failed ?? pictures.failed) throw failed ?? pictures.failed;
      if (!(ending === '.jpg' ? index.getSnapshot(id) : index.get(id)))
        throw new Error('nothing is known of it but its name');
    };
    if (ending === '.mp4' && row?.base !== base)
      find({ ...finding, what: 'It is at the target, and no row knows it.', ...(!row && { mend: takeIn }) });
    if (ending === '.jpg' && index.getSnapshot(id)?.base !== base)
      find({ ...finding, what: 'The picture is at the target, and no row knows it.', mend: takeIn });
    // Without the file that it tells of it is no footage.
    const remove = () => session.remove(finding.where, signal);
    if (ending === '.json' && !row && !day.files.has(`${stem}.mp4`))
      find({ ...finding, what: 'It tells of a recording that is not there.', mend: remove });
    // The next copy takes the place of one that was cut short.
    if (ending?.endsWith(PART) && row?.state === 'stored')
      find({
        ...finding,
        what: 'It is a copy that was cut short, of a recording that is there.',
        mend: remove,
      });
  }
}

/** Another look may find it well. */
const unread = ({ message }: TargetError) => `It cannot be read. ${message}`;
const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
