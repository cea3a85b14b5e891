/** How recordings stand, in the lines of `doorstep status`. */
import type { StorageInfo, TargetState } from '../../protocol/api.ts';
import type { GapReason } from '../../protocol/event.ts';

const REASONS: Record<GapReason, string> = {
  'camera-offline': 'the camera was offline',
  privacy: 'privacy mode',
  'hub-stopped': 'Doorstep did not run',
  'spool-full': 'the spool was full',
  'disk-full': 'the disk was full',
  'disk-error': 'the disk failed',
  'disk-slow': 'the disk was too slow',
  'clock-stepped': 'the clock was set',
  damaged: 'it was damaged',
};

/** @param now epoch ms of this picture of the hub */
export function storageLines(storage: StorageInfo, now: number): string[] {
  const { clips, continuous, bytes, oldestAt, keepDays, keepContinuousDays, asks, rebuilding } = storage;
  const files = continuous > 0 ? ` and ${count(continuous, 'file')} of continuous recording` : '';
  const oldest = oldestAt === undefined ? '' : `, the oldest of ${time(oldestAt)}`;
  const days =
    continuous > 0 && keepContinuousDays !== keepDays
      ? `${count(keepDays, 'day')}, continuous recording ${count(keepContinuousDays, 'day')}`
      : count(keepDays, 'day');
  return [
    'Recordings',
    `  Where     ${whereLine(storage, now)}`,
    `  Kept      ${count(clips, 'clip')}${files}, ${gib(bytes)}${oldest}; kept for ${days}`,
    `  Waiting   ${waitingLine(storage)}`,
    ...givenUp(storage),
    ...(asks
      ? [
          `  Asks      ${asks.recordings} of ${asks.of} recordings (${gib(asks.bytes)}) are to be removed at once: allow it in the web app, at Storage`,
        ]
      : []),
    ...(rebuilding ? [`  Index     is being made again, ${rebuilding.found} recordings found so far`] : []),
  ];
}

function whereLine({ target }: StorageInfo, now: number): string {
  const { kind, where, state, since, fileSystem, freeBytes, totalBytes } = target;
  const place = kind === 'embedded' ? `${where} (inside the Homebridge storage)` : `${kind} ${where}`;
  const type = fileSystem ? `, ${fileSystem}` : '';
  const of = totalBytes === undefined ? '' : ` of ${gib(totalBytes)}`;
  const free = freeBytes === undefined || state !== 'ready' ? '' : `; ${gib(freeBytes)}${of} free`;
  const states: Record<TargetState, string> = {
    starting: 'not looked at yet',
    ready: 'ready',
    missing: `away since ${time(since)} (${duration(now - since)})`,
    waiting: 'not used before: say in the web app, at Storage, that it is the right place',
    refused: 'may not be used, see below',
  };
  return `${place}${type}, ${states[state]}${free}`;
}

function waitingLine({ spool }: StorageInfo): string {
  const { bytes, maxBytes, bufferedMs, hoursLeft, path } = spool;
  const room = hoursLeft === undefined ? '' : `; room for ${duration(hoursLeft * 3_600_000)} more`;
  if (bufferedMs === 0) return `nothing${room}`;
  return `${duration(bufferedMs)} of recordings, ${gib(bytes)} of ${gib(maxBytes)} in ${path}${room}`;
}

function givenUp({ dropped }: StorageInfo): string[] {
  const { recordings, bytes, last } = dropped;
  if (recordings === 0) return [];
  const which = last
    ? `, last ${last.camera.name} from ${time(last.from)} to ${time(last.to)}: ${REASONS[last.reason]}`
    : '';
  return [`  Given up  ${count(recordings, 'recording')} in the last 7 days, ${gib(bytes)}${which}`];
}

const time = (at: number) => new Date(at).toLocaleString();
const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;

/** `35 minutes`, `14 hours`, `3 days` */
function duration(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return count(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return hours < 48 ? count(hours, 'hour') : count(Math.round(hours / 24), 'day');
}
