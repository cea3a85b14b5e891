/** Takes what lies in a day's folder at the target into the index. Nothing there is changed, and no row that is there already. */
import type { CameraRef } from '../../../protocol/event.ts';
import { parseDayIndex } from '../day-index.ts';
import type { RecordingIndex } from '../index/contract.ts';
import { TargetError, type TargetSession } from '../keeper/contract.ts';
import { DAY_INDEX, parseBase } from '../layout.ts';
import { parseSidecar, recordingOf, type Sidecar } from '../sidecar.ts';
import { orFault, sealedAt, type TargetDay, textAt } from './walk-target.ts';

export interface TakingIn {
  index: RecordingIndex;
  session: TargetSession;
  /** By slug, as far as sidecars have named them. Grows. */
  cameras: Map<string, CameraRef>;
  signal: AbortSignal;
}

export interface TakenIn {
  /** How many recordings the index did not know. */
  recordings: number;
  /** Files, without ending, of which nothing is known but that they are there. */
  unknown: string[];
  /** The first file that could not be read, while others could: what it tells is still to be taken in. */
  failed?: TargetError;
}

/** So many rows are written at once, in some milliseconds; then comes everything else that the hub does. */
const BATCH = 40;

/** The recordings of a day: by its `index.jsonl`, and by the sidecar of each file that is not in there as it is. Rejects with a `TargetError`. */
export async function takeInRecordings({ day, files }: TargetDay, at: TakingIn): Promise<TakenIn> {
  const { index, signal, cameras } = at;
  const bases = [...files.keys()]
    .filter((name) => name.endsWith('.mp4'))
    .map((name) => `${day}/${name.slice(0, -4)}`);
  const taken: TakenIn = { recordings: 0, unknown: [] };
  const missing = bases.filter((base) => isOurs(base) && !index.get(idOf(base)));
  if (missing.length === 0) return taken;
  const lines = await readLines(day, files, at);
  for (let from = 0; from < missing.length; from += BATCH) {
    signal.throwIfAborted();
    const known: Sidecar[] = [];
    for (const base of missing.slice(from, from + BATCH)) {
      const bytes = files.get(`${base.slice(day.length + 1)}.mp4`)?.bytes;
      const sidecar = fitting(lines.get(base), base, bytes) ?? (await orFault(readFitting(at, base, bytes)));
      if (sidecar instanceof TargetError) taken.failed ??= sidecar;
      else if (sidecar) known.push(sidecar);
      else taken.unknown.push(base);
    }
    for (const [n, outcome] of index.restoreAll(known.map((each) => recordingOf(each, false))).entries()) {
      const { base, camera } = known[n] as Sidecar;
      if (outcome === 'refused') taken.unknown.push(base);
      else cameras.set(slugOf(base), cameras.get(slugOf(base)) ?? camera);
      if (outcome === 'restored') taken.recordings++;
    }
    await new Promise(setImmediate);
  }
  return taken;
}

/** The pictures of a day; `unknown` are those whose camera nothing has named yet. Rejects with a `TargetError`. */
export async function takeInSnapshots(
  { day, files }: TargetDay,
  at: TakingIn,
): Promise<Omit<TakenIn, 'recordings'>> {
  const { index, session, cameras, signal } = at;
  const taken: Omit<TakenIn, 'recordings'> = { unknown: [] };
  for (const name of files.keys()) {
    const base = `${day}/${name.slice(0, -4)}`;
    if (!name.endsWith('.jpg') || !isOurs(base) || index.getSnapshot(idOf(base))) continue;
    const camera = cameras.get(slugOf(base));
    if (!camera) {
      taken.unknown.push(base);
      continue;
    }
    const sealed = await orFault(sealedAt(session, `${base}.jpg`, signal));
    if (sealed instanceof TargetError) taken.failed ??= sealed;
    if (!sealed || sealed instanceof TargetError) continue;
    const { bytes, sha256 = '' } = sealed;
    index.putSnapshot({ id: idOf(base), camera, at: timeOf(base), base, state: 'stored', bytes, sha256 });
  }
  return taken;
}

/** By their place. None where the index of the day cannot be read: the sidecars say the same. */
async function readLines(
  day: string,
  files: TargetDay['files'],
  { session, signal }: TakingIn,
): Promise<Map<string, Sidecar>> {
  if (!files.has(DAY_INDEX)) return new Map();
  const text = await orFault(textAt(session, `${day}/${DAY_INDEX}`, signal));
  if (text instanceof TargetError) return new Map();
  return new Map(parseDayIndex(text).map((line) => [line.base, line]));
}

async function readFitting(
  { session, signal }: TakingIn,
  base: string,
  bytes: number | undefined,
): Promise<Sidecar | undefined> {
  return fitting(parseSidecar(await textAt(session, `${base}.json`, signal)), base, bytes);
}

/** The sidecar with its place, when it is of that file. Those of before there were segments do not say where they lie. */
function fitting(sidecar: Sidecar | undefined, base: string, bytes: number | undefined): Sidecar | undefined {
  const parts = parseBase(base);
  if (sidecar?.state !== 'ready' || sidecar.bytes !== bytes || !addsUp(sidecar)) return undefined;
  if (sidecar.id !== parts?.id || sidecar.kind !== parts.kind) return undefined;
  return sidecar.base === base || sidecar.base === '' ? { ...sidecar, base } : undefined;
}

/** Whether it says what a row may say. */
function addsUp(sidecar: Sidecar): boolean {
  const { wrap, segments, bytes } = sidecar;
  const parts = wrap ? [wrap.head, ...segments, wrap.tail] : segments;
  return (
    [sidecar, ...segments].every(({ startedAt, endedAt }) => startedAt <= endedAt) &&
    parts.reduce((sum, part) => sum + part.bytes, 0) === bytes
  );
}

/** The time in its name, in the household's time zone; epoch ms. */
function timeOf(base: string): number {
  const [, year, month, day, hours, minutes, seconds] =
    /\/(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})(\d{2})(\d{2})-/.exec(base)?.map(Number) ?? [];
  return new Date(year ?? 0, (month ?? 1) - 1, day, hours, minutes, seconds).getTime();
}

const isOurs = (base: string) => parseBase(base) !== undefined;
const idOf = (base: string) => parseBase(base)?.id ?? '';
const slugOf = (base: string) => parseBase(base)?.slug ?? '';
