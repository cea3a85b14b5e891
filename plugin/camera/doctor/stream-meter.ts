/** Measures a stretch of a stream from its fragments: keyframes, bit rate, order of pictures, pauses, evenness. */
import type { Fragment, Init, MediaItem } from '../contract.ts';
import { type InitTrack, parseMoov } from '../init-segment.ts';
import { childBoxes } from '../mp4-boxes.ts';
import { readRuns, type SampleDefaults } from '../track-runs.ts';
import { codecProfile } from './codec-profile.ts';
import type { StreamMeasure } from './facts.ts';
import { hasBSlice } from './picture-order.ts';

/** Shorter ones are the unsteadiness of any network. */
const PAUSE_SECONDS = 0.5;
const PAUSE_TIMES_USUAL = 3;

interface Packet {
  time: number;
  at: number;
  bytes: number;
  keyframe: boolean;
}

export class StreamMeter {
  #track: InitTrack | undefined;
  #defaults: ReadonlyMap<number, SampleDefaults> = new Map();
  #packets: Packet[] = [];
  #offsets = new Set<number>();
  #bSlices = false;
  #keptMs = 0;

  /**
   * Takes what `Camera.watch` gives, at `now` (epoch ms). A new `Init` begins the measurement anew, as times begin anew with it.
   */
  push(item: MediaItem, now: number): void {
    if (item.type === 'init') this.#begin(item);
    else this.#add(item, now);
  }

  /** Media time from the first picture to the newest, in seconds. */
  get seconds(): number {
    const [first, last] = [this.#packets[0], this.#packets.at(-1)];
    return first && last ? last.time - first.time : 0;
  }

  /** How many groups of pictures are complete. */
  get groups(): number {
    return Math.max(0, this.#packets.filter(({ keyframe }) => keyframe).length - 1);
  }

  /** Undefined until there are two pictures. */
  result(): StreamMeasure | undefined {
    const packets = this.#packets;
    const newest = packets.at(-1);
    if (packets.length < 2 || !newest || this.seconds <= 0) return undefined;
    const seconds = this.seconds;
    const bytes = packets.slice(0, -1).reduce((sum, packet) => sum + packet.bytes, 0);
    const keyframes = packets.filter(({ keyframe }) => keyframe).map(({ time }) => time);
    const intervals = distances(packets.map(({ time }) => time));
    const usual = median(intervals);
    const profile = this.#track && codecProfile(this.#track.codec, this.#track.config);
    return {
      seconds,
      pictures: packets.length,
      ...(usual > 0 && { fps: Math.round(10 / usual) / 10 }),
      kbps: Math.round((bytes * 8) / seconds / 1000),
      groupsMs: distances(keyframes).map((length) => Math.round(length * 1000)),
      sinceKeyframeMs: Math.round((newest.time - (keyframes.at(-1) ?? packets[0]?.time ?? 0)) * 1000),
      bFrames: this.#bSlices || this.#offsets.size > 2,
      ...profile,
      pauses: intervals.filter((length) => length > Math.max(PAUSE_SECONDS, usual * PAUSE_TIMES_USUAL))
        .length,
      latenessMs: Math.round(lateness(settled(packets))),
      keptMs: Math.round(this.#keptMs),
    };
  }

  #begin({ data }: Init): void {
    const moov = childBoxes(data, 0, data.length).find(({ type }) => type === 'moov');
    const tracks = moov ? parseMoov(data, moov) : [];
    this.#track = tracks.find(({ kind }) => kind === 'video');
    this.#defaults = new Map(tracks.map(({ id, defaults }) => [id, defaults]));
    this.#packets = [];
    this.#offsets.clear();
    this.#bSlices = false;
  }

  #add({ track, time, at, keyframe, data }: Fragment, now: number): void {
    if (!this.#track || track !== this.#track.id) return;
    if (this.#packets.length === 0) this.#keptMs = Math.max(0, now - at);
    this.#packets.push({ time, at, keyframe, bytes: data.length });
    this.#lookInto(data, this.#track);
  }

  #lookInto(data: Buffer, track: InitTrack): void {
    const moof = childBoxes(data, 0, data.length).find(({ type }) => type === 'moof');
    const run = moof && readRuns(data, moof, this.#defaults)?.find((each) => each.track === track.id);
    for (const { compositionOffset, offset, size } of run?.samples ?? []) {
      this.#offsets.add(Math.round((compositionOffset / track.timescale) * 1000));
      const start = (moof?.start ?? 0) + offset;
      if (track.codec === 'h264' && !this.#bSlices)
        this.#bSlices = hasBSlice(data.subarray(start, start + size), lengthBytes(track.config));
    }
  }
}

/** `lengthSizeMinusOne` of `avcC`. */
function lengthBytes(config: Buffer | undefined): number {
  return ((config?.[4] ?? 3) & 3) + 1;
}

function distances(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? time));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** From the second keyframe on: what a camera has ready at the start comes in one burst. */
function settled(packets: readonly Packet[]): readonly Packet[] {
  const second = packets.findIndex(({ keyframe }, index) => keyframe && index > 0);
  return second < 0 ? [] : packets.slice(second);
}

/** The most that a picture came later than the promptest, each measured against its own time in the stream. */
function lateness(packets: readonly Packet[]): number {
  const delays = packets.map(({ at, time }) => at - time * 1000);
  const promptest = delays.reduce((least, delay) => Math.min(least, delay), Infinity);
  return delays.reduce((most, delay) => Math.max(most, delay - promptest), 0);
}
