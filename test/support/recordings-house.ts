/** All of the recordings, with a real spool, index and keeper, in a folder of its own. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Recordings } from '../../plugin/recordings/contract.ts';
import type { Recording, RecordingOpening } from '../../plugin/recordings/recording.ts';
import { openRecordings, type RecordingsOptions } from '../../plugin/recordings/recordings.ts';
import { startChild } from '../../plugin/system/child.ts';
import { type Clock, systemClock } from '../../plugin/system/clock.ts';
import type { EventDraft } from '../../protocol/event.ts';
import type { Stream } from './recorded-media.ts';

export interface RecordingsHouse extends AsyncDisposable {
  readonly root: string;
  /** The folder that is the target. */
  readonly target: string;
  readonly events: EventDraft[];
  /** What warnings and errors said. */
  readonly lines: string[];
  recordings: Recordings;
  /** Files at the target, without marker and folders. */
  files(): string[];
  /** Closes it as a clean stop does. */
  stop(): Promise<void>;
  /** Opens it again. */
  start(config?: Partial<RecordingsOptions['config']>): Promise<void>;
}

const CONFIG: RecordingsOptions['config'] = {
  ...{ mode: 'events', keepDays: 3, minFreeGiB: 0, spoolGiB: 8, sensor: true },
};

/** @param options.folder a folder target of this name below the root, instead of the embedded one */
export async function recordingsHouse(
  options: { config?: Partial<RecordingsOptions['config']>; folder?: string; clock?: Clock } = {},
): Promise<RecordingsHouse> {
  const root = mkdtempSync(join(tmpdir(), 'doorstep-recordings-'));
  const target = join(root, options.folder ?? 'recordings');
  const events: EventDraft[] = [];
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const configured: Partial<RecordingsOptions['config']> = options.folder
    ? { target: { kind: 'folder', path: target, username: '', password: '' } }
    : {};
  const open = (config: Partial<RecordingsOptions['config']> = {}) =>
    openRecordings({
      config: { ...CONFIG, ...configured, ...options.config, ...config },
      cameras: [],
      ...{ homebridgeStorage: root, embedded: join(root, 'recordings') },
      ...{ indexPath: join(root, 'recordings.sqlite'), spoolFolder: join(root, 'spool') },
      publish: (draft) => void events.push(draft),
      clock: options.clock ?? systemClock,
      log: { debug() {}, info() {}, warn: say, error: say },
      startChild,
    });
  let isOpen = true;
  const house: RecordingsHouse = {
    ...{ root, target, events, lines, recordings: await open() },
    files: () =>
      readdirSync(target, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== '.doorstep.json')
        .map((entry) => join(entry.parentPath, entry.name).slice(target.length + 1))
        .sort(),
    async stop() {
      isOpen = false;
      await house.recordings[Symbol.asyncDispose]();
    },
    async start(config) {
      house.recordings = await open(config);
      isOpen = true;
    },
    async [Symbol.asyncDispose]() {
      if (isOpen) await house.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
  return house;
}

/** Writes a whole recording of a stream. */
export async function record(
  { recordings }: Pick<RecordingsHouse, 'recordings'>,
  { init, fragments }: Stream,
  opening: RecordingOpening,
): Promise<Recording> {
  const writer = await recordings.begin(opening, init, { audio: false });
  for (const fragment of fragments) await writer.write(fragment);
  const recording = await writer.complete(opening.eventIds);
  if (!recording) throw new Error('no picture was recorded');
  return recording;
}
