/** How a stretch of time is put together from parts of recordings: which fragments, and where each goes. */
import { readRuns } from '../../camera/track-runs.ts';
import type { MediaFile } from '../contract.ts';
import type { Recording } from '../recording.ts';
import type { Chosen } from './choose-footage.ts';
import { type FootageFragment, type FootageIndex, readFootageIndex, readMoof } from './footage-index.ts';
import { pickFragments } from './pick-fragments.ts';
import { footageGone, noFootage, pictureChanged } from './problems.ts';
import type { OpenFootage } from './read-bytes.ts';

/** Fragments of one recording, one right behind the other. */
export interface RangePart {
  recording: Recording;
  footage: OpenFootage;
  index: FootageIndex;
  fragments: readonly FootageFragment[];
  /** Added to the times of the recording to have those of the range, in seconds. */
  shift: number;
}

/** Times without footage are left out: what comes after them follows at once. */
export interface RangePlan {
  /** At least one, in order. */
  parts: readonly [RangePart, ...RangePart[]];
  /** Length of the whole, in seconds. */
  duration: number;
}

export type OpenRecording = (recordingId: string) => Promise<MediaFile | undefined>;

/** Recordings that are looked at side by side. */
const AT_ONCE = 4;

/**
 * Plans the stretch from the heads of its recordings. Rejects with a `ProblemError`: `no-footage`, `picture-changed`, `recording-gone`, or that of the
 * reading.
 */
export async function planRange(
  chosen: readonly Chosen[],
  { from, to }: { from: number; to: number },
  open: OpenRecording,
  signal: AbortSignal,
): Promise<RangePlan> {
  const looked = await inTurns(chosen, async (part) => {
    const file = await open(part.recording.id);
    if (!file) throw footageGone();
    const footage = { id: part.recording.id, file };
    const index = await readFootageIndex(footage, signal);
    const fragments = pickFragments(index.fragments, index.video.timescale, wantedOf(part, from, to));
    const extent = await extentOf(footage, index, fragments, signal);
    return { recording: part.recording, footage, index, fragments, extent };
  });
  const parts: RangePart[] = [];
  let end = 0;
  let format: string | undefined;
  for (const { extent, ...part } of looked) {
    if (!extent) continue;
    format ??= formatOf(part.index);
    if (formatOf(part.index) !== format) throw pictureChanged(part.recording.startedAt);
    parts.push({ ...part, shift: end - extent.from });
    end += extent.to - extent.from;
  }
  const [first, ...others] = parts;
  if (!first) throw noFootage();
  return { parts: [first, ...others], duration: end };
}

/** Where a moment is in the planned range, in seconds. One without footage is where the footage after it begins. */
export function positionOf({ parts, duration }: RangePlan, at: number): number {
  for (const part of parts) {
    const { fragments, index, recording, shift } = part;
    const seconds = (ticks: number) => ticks / index.video.timescale;
    const [first, last] = [fragments[0], fragments.at(-1)];
    if (!first || !last) continue;
    const time = (at - recording.startedAt) / 1000 + seconds(index.fragments[0]?.time ?? 0);
    if (time < seconds(first.time)) return Math.max(0, seconds(first.time) + shift);
    if (time < seconds(last.time + last.duration)) return time + shift;
  }
  return duration;
}

function wantedOf(part: Chosen, from: number, to: number) {
  const seconds = (at: number) => (at - part.recording.startedAt) / 1000;
  return {
    from: seconds(Math.max(part.from, from)),
    to: seconds(Math.min(part.to, to)),
    joinsBefore: part.joinsBefore && part.from > from,
    joinsAfter: part.joinsAfter && part.to < to,
  };
}

/** What a decoder was told: it must be the same for the whole file. */
function formatOf({ tracks }: FootageIndex): string {
  return JSON.stringify(
    tracks.map(({ id, timescale, codecString, config, width, height, sampleRate, channels }) => [
      ...[id, timescale, codecString, config?.toString('hex')],
      ...[width, height, sampleRate, channels],
    ]),
  );
}

/** From the earliest to the latest decode time of all tracks, in seconds; undefined of nothing. */
async function extentOf(
  footage: OpenFootage,
  index: FootageIndex,
  fragments: readonly FootageFragment[],
  signal: AbortSignal,
): Promise<{ from: number; to: number } | undefined> {
  const [first, last] = [fragments[0], fragments.at(-1)];
  if (!first || !last) return undefined;
  const begin = await timesOf(footage, index, first, signal);
  const end = first === last ? begin : await timesOf(footage, index, last, signal);
  return { from: begin.from, to: end.to };
}

async function timesOf(
  footage: OpenFootage,
  { trex, tracks }: FootageIndex,
  { offset, time, duration }: FootageFragment,
  signal: AbortSignal,
): Promise<{ from: number; to: number }> {
  const { moof } = await readMoof(footage, offset, signal);
  const runs = readRuns(moof, { type: 'moof', start: 0, body: 8, end: moof.length }, trex) ?? [];
  const times = runs.flatMap(({ track, samples }) => {
    const timescale = tracks.find(({ id }) => id === track)?.timescale;
    const [first, last] = [samples[0], samples.at(-1)];
    if (!timescale || !first || !last) return [];
    return [{ from: first.dts / timescale, to: (last.dts + last.duration) / timescale }];
  });
  const timescale = tracks.find(({ kind }) => kind === 'video')?.timescale ?? 1;
  if (times.length === 0) return { from: time / timescale, to: (time + duration) / timescale };
  return {
    from: Math.min(...times.map(({ from }) => from)),
    to: Math.max(...times.map(({ to }) => to)),
  };
}

/** All of it in order, several at a time. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE)
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  return results;
}
