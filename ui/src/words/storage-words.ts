import type { Gap, Problem, StorageInfo } from '../../../protocol/api.ts';
import { words } from './en.ts';
import { lengthWords, sinceWords, sizeWords, type TimeStyle } from './time-words.ts';

/** How storage is, in one sentence and what is worth knowing beside it. */
export interface StorageState {
  /** `well`: nothing to do; `waits`: it passes by itself; `asks`: somebody must do something. */
  mark: 'well' | 'waits' | 'asks';
  title: string;
  more: string;
}

const say = words.storage;
const MINUTES_A_HOUR = 60;
const LOCAL_FILE_SYSTEMS = /^(ext\d|xfs|btrfs|zfs|f2fs|apfs|hfs|ntfs3?|exfat|vfat|msdos|tmpfs|overlay)/i;

/** In words, for times in epoch ms as they are at `now`. */
export function storageState(storage: StorageInfo, now: number, style: TimeStyle): StorageState {
  const { target, spool } = storage;
  const place = placeOf(target);
  const since = sinceWords(target.since, now, style);
  switch (target.state) {
    case 'starting':
      return { mark: 'waits', title: say.starting(place.within), more: say.startingMore };
    case 'ready':
      if (target.kind === 'embedded') return { mark: 'well', title: say.embedded, more: say.embeddedMore };
      return {
        mark: 'well',
        title: say.arrives(place.within),
        more: spool.bufferedMs > 0 ? say.onTheirWay(lengthWords(spool.bufferedMs)) : say.allThere,
      };
    case 'missing':
      if (target.kind === 'embedded') return failing(storage, say.embeddedFails(since));
      return { mark: 'waits', title: say.missing(place.first, since), more: waitingWords(storage) };
    case 'waiting':
      return { mark: 'asks', title: say.waiting, more: say.waitingMore };
    case 'refused':
      return failing(
        storage,
        target.kind === 'embedded' ? say.embeddedFails(since) : say.refused(place.within, since),
      );
  }
}

function failing({ problem }: StorageInfo, title: string): StorageState {
  return { mark: 'asks', title, more: problem ? `${problem.what} ${problem.cure}` : say.keepsHere };
}

/** Whether the owner may have the target looked at now. */
export function canBeTried({ target }: StorageInfo): boolean {
  return target.state === 'missing' || target.state === 'refused';
}

/** Whether the owner may want to say that the place is right although it is not the one that it was. */
export function mayBeReplaced(storage: StorageInfo): boolean {
  const code = storage.problem?.code;
  return canBeTried(storage) && (code === 'target-other' || code === 'target-missing');
}

/** A dropped recording is told on Home for this long, in ms. */
const TOLD_FOR = 24 * 3_600_000;

/** The same for Home, where only what needs telling is told. */
export function storageNews(storage: StorageInfo, now: number, style: TimeStyle): StorageState[] {
  const { target, dropped } = storage;
  const asks = askedRemoval(storage);
  const news: StorageState[] = [];
  if (asks) {
    const { recordings, of, bytes } = asks;
    const more = say.asksLine(countWords(recordings), countWords(of), sizeWords(bytes));
    news.push({ mark: 'asks', title: say.asks, more });
  }
  if (target.state !== 'ready' && target.state !== 'starting') news.push(storageState(storage, now, style));
  else if (dropped.last && now - dropped.last.to < TOLD_FOR)
    news.push({ mark: 'waits', title: say.droppedShort, more: droppedWords(dropped.last, now, style) });
  return news;
}

/** Whether {@link storageNews} tell of this problem of the hub already. */
export function isToldAsNews({ code }: Pick<Problem, 'code'>): boolean {
  return code.startsWith('target-') || code === 'retention-asks' || code === 'spool-full';
}

/** How much waits here, and how long there is room for more. That nothing is lost is said only where nothing was lost lately. */
export function waitingWords(storage: StorageInfo): string {
  const { bufferedMs, hoursLeft } = storage.spool;
  if (bufferedMs <= 0) return say.nothingWaits;
  if (isGivingUp(storage)) return say.givingUp;
  const footage = lengthWords(bufferedMs);
  const waits = storage.dropped.recordings === 0 ? say.nothingLost(footage) : say.waitsHere(footage);
  return hoursLeft === undefined ? waits : `${waits} ${say.roomFor(hoursWords(hoursLeft))}`;
}

/** Whether footage was given up for want of room during this outage, or just now: a hub that restarts does not know when the outage began. */
export function isGivingUp({ target, problem, dropped: { last } }: StorageInfo): boolean {
  if (target.state === 'ready') return false;
  return problem?.code === 'spool-full' || (last?.reason === 'spool-full' && last.to >= target.since);
}

/** The removal that waits for the owner; none while the list of recordings is being made again. */
export function askedRemoval({ asks, rebuilding }: StorageInfo): StorageInfo['asks'] {
  return rebuilding ? undefined : asks;
}

/** Rounded down, since it is a promise: `40 min`, `61 h`, `12 days`. */
export function hoursWords(hours: number): string {
  if (hours < 1) return words.time.minutes(Math.max(1, Math.floor(hours * MINUTES_A_HOUR)));
  return hours < 96 ? words.time.hours(Math.floor(hours)) : words.time.days(Math.floor(hours / 24));
}

/** What to call the target, in the middle of a sentence and at its beginning. */
export function placeOf({ kind, fileSystem }: StorageInfo['target']): { within: string; first: string } {
  if (kind === 'embedded') return say.places.here;
  const isDisk = kind === 'folder' && fileSystem !== undefined && LOCAL_FILE_SYSTEMS.test(fileSystem);
  return isDisk ? say.places.disk : say.places.nas;
}

/** `1,204 clips of events and 3,400 files of continuous recording, 82 GB. The oldest is of Thu 07:12.` */
export function keptWords(storage: StorageInfo, now: number, style: TimeStyle): string {
  const { clips, continuous, bytes, oldestAt } = storage;
  const files = [
    ...(clips > 0 || continuous === 0 ? [say.clips(clips, countWords(clips))] : []),
    ...(continuous > 0 ? [say.files(continuous, countWords(continuous))] : []),
  ];
  const line = say.keptLine(files, sizeWords(bytes));
  return oldestAt === undefined ? line : `${line} ${say.oldest(sinceWords(oldestAt, now, style))}`;
}

/** `The last: Front door, Thu 21:10 to Thu 21:50, since the disk was full.` */
export function droppedWords({ camera, from, to, reason }: Gap, now: number, style: TimeStyle): string {
  const when = (at: number) => sinceWords(at, now, style);
  return say.droppedLast(camera.name, when(from), when(to), say.reasons[reason]);
}

/** `1,204` */
export const countWords = (count: number) => count.toLocaleString(words.locale);
