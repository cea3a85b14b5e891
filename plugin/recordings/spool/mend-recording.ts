/** Brings the files and the row of a recording together again: after a crash, a power cut, or damage. */
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RecordingInit } from '../mp4/recording-init.ts';
import type { Recording, Segment } from '../recording.ts';
import { parseSidecar } from '../sidecar.ts';
import { closeRecording } from './close-recording.ts';
import { lostFootage } from './damage.ts';
import { syncFolder } from './durable.ts';
import { unlessMissing } from './missing.ts';
import { type FoundSegment, listSegments, readInit, scanSegment } from './scan-segments.ts';
import type { SpoolContext } from './spool-context.ts';

export interface Mending {
  id: string;
  eventIds: readonly string[];
  /** The segments that it should have. */
  known: readonly Segment[];
  /** Whether a segment that has its size is taken for whole; else its hash is looked at. */
  trusting: boolean;
  /** Removes its folder. */
  drop(): Promise<void>;
  /** Moves what nobody can make sense of out of the way: a file of its folder, or (without a path) all of it. */
  setAside(path?: string): Promise<void>;
}

/**
 * Finishes a recording with what is there: each whole fragment stays, what is missing becomes a gap, and then it is closed. Undefined when no picture is
 * left; then row and files are gone. Rejects with the error of the disk; it may be tried again, and nothing has changed where it could not be read.
 */
export async function mendRecording(context: SpoolContext, mending: Mending): Promise<Recording | undefined> {
  const { places, index } = context;
  const { id, eventIds, known } = mending;
  const row = index.get(id);
  if (!row) return undefined;
  const init = await readInit(places, id);
  const files = await listSegments(places, id, known);
  const { usable, useless } = init ? await readSegments(context, mending, init, files) : NOTHING;
  const sidecar = await unlessMissing(readFile(places.part(id, 'sidecar.json'), 'utf8'));
  // All of it has been read. From here on it changes.
  const segments = init ? usable.map((each, n) => segmentOf(each, n, row.startedAt, init)) : [];
  for (const path of useless.known) await mending.setAside(path);
  for (const path of useless.unknown) await rm(path, { force: true });
  for (const stretch of lostFootage(known, segments)) {
    index.addGap({ camera: row.camera, ...stretch, reason: 'damaged' });
  }
  if (row.state !== 'open' || !isAsKnown(index.segments(id), usable)) index.reopen(id);
  if (!init || segments.length === 0) {
    const isUnreadable = !init && files.length > 0;
    await (isUnreadable ? mending.setAside() : mending.drop());
    index.forget(id);
    return undefined;
  }
  for (const [n, segment] of segments.entries()) await addFound(context, id, usable[n], segment);
  const event = parseSidecar(sidecar ?? '')?.event;
  const fragments = usable.flatMap((each) => each.fragments);
  return closeRecording(context, id, { init, fragments, eventIds, ...(event && { event }) });
}

interface ReadSegments {
  /** Those with at least one whole fragment. */
  usable: FoundSegment[];
  /** Paths of the others: some should have had footage in them, some may never have had any. */
  useless: { known: string[]; unknown: string[] };
}

const NOTHING: ReadSegments = { usable: [], useless: { known: [], unknown: [] } };

async function readSegments(
  { places }: SpoolContext,
  { id, known, trusting }: Mending,
  init: RecordingInit,
  files: readonly Pick<Segment, 'n' | 'tier'>[],
): Promise<ReadSegments> {
  const usable: FoundSegment[] = [];
  const useless: ReadSegments['useless'] = { known: [], unknown: [] };
  for (const file of files) {
    const path = places.segment(id, file);
    const row = known.find(({ n, tier }) => n === file.n && tier === file.tier);
    const found = await scanSegment(path, file, init, trusting ? row : undefined);
    if (found.fragments.length > 0) usable.push(found);
    else useless[known.some(({ n }) => n === file.n) ? 'known' : 'unknown'].push(path);
  }
  return { usable, useless };
}

/** Whether each row is what was found in its place; more may have been found. */
function isAsKnown(rows: readonly Segment[], found: readonly FoundSegment[]): boolean {
  return rows.every(({ n, tier, sha256 }) => {
    const there = found[n];
    return there?.n === n && there.tier === tier && there.sealed.sha256 === sha256;
  });
}

function segmentOf(found: FoundSegment, n: number, startedAt: number, { video }: RecordingInit): Segment {
  const pictures = found.fragments.flatMap((each) => each.pictures ?? []);
  const from = pictures[0]?.from ?? 0;
  const to = pictures.reduce((end, each) => Math.max(end, each.to), from);
  const at = (ticks: number) => startedAt + Math.round((ticks / video.timescale) * 1000);
  return { n, startedAt: at(from), endedAt: at(to), tier: found.tier, ...found.sealed };
}

/** Gives a file its number and its end, makes that durable, and enters it. One that has its row already is left as it is. */
async function addFound(
  { places, index }: SpoolContext,
  id: string,
  found: FoundSegment | undefined,
  segment: Segment,
): Promise<void> {
  if (!found) return;
  const path = places.segment(id, segment);
  if (found.n !== segment.n) await rename(places.segment(id, found), path);
  const hasRow = index.segments(id).some(({ n }) => n === segment.n);
  if (hasRow && !found.torn) return;
  const handle = await open(path, 'r+');
  try {
    if (found.torn) await handle.truncate(segment.bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(path));
  if (!hasRow) index.addSegment(id, segment);
}
