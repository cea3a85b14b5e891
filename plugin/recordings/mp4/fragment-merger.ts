/** Many small fragments, one video frame each, become few: two a second, with times that begin at 0. */
import type { Fragment } from '../../camera/contract.ts';
import { childBoxes } from '../../camera/mp4-boxes.ts';
import { readRuns, type Sample } from '../../camera/track-runs.ts';
import { type FragmentFacts, picturesOf } from './fragment-facts.ts';
import { fragmentParts } from './fragment-write.ts';
import type { RecordingInit } from './recording-init.ts';

/** A crash loses what is not yet merged: this much, and a picture, and what the disk has been slow to take. Together it stays below a second. */
const ENOUGH_SECONDS = 0.5;
/** A step in a camera's time larger than this is a clock that was set, not a pause. */
const MAX_GAP_SECONDS = 10;

export interface Merged extends FragmentFacts {
  /** Its bytes, in pieces. */
  parts: readonly Buffer[];
}

interface Pending {
  samples: Sample[];
  data: Buffer[];
}

interface TrackTime {
  /** Added to the camera's decode times, in ticks. */
  shift: number;
  /** End of the last sample, in ticks from the start of the recording. */
  end: number;
}

export class FragmentMerger {
  readonly #init: RecordingInit;
  readonly #times = new Map<number, TrackTime>();
  #pending = new Map<number, Pending>();
  #sequence = 0;

  constructor(init: RecordingInit) {
    this.#init = init;
  }

  /** Takes one fragment; returns what is now complete. Fragments before the first keyframe are left out. */
  push(fragment: Fragment): Merged[] {
    if (this.#times.size === 0 && !fragment.keyframe) return [];
    const startsGop = fragment.keyframe && this.#pending.has(this.#init.video.id);
    const before = startsGop ? this.flush() : [];
    for (const { track, sample, data } of this.#samplesOf(fragment.data)) this.#add(track, sample, data);
    return this.#pendingSeconds() >= ENOUGH_SECONDS ? [...before, ...this.flush()] : before;
  }

  /** What has been taken and not yet returned: one fragment, or none. */
  flush(): Merged[] {
    const { id: videoId } = this.#init.video;
    const tracks = [...this.#pending].sort(([a], [b]) => Number(b === videoId) - Number(a === videoId));
    this.#pending = new Map();
    if (tracks.length === 0) return [];
    const runs = tracks.map(([track, { samples, data }]) => ({
      track,
      time: samples[0]?.dts ?? 0,
      samples: withExactDurations(samples),
      data,
    }));
    this.#sequence += 1;
    const parts = fragmentParts(this.#sequence, runs);
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    const pictures = picturesOf(runs.find(({ track }) => track === videoId)?.samples ?? []);
    return [{ parts, bytes, ...(pictures && { pictures }) }];
  }

  /** The samples of the tracks that are kept; none when the fragment is broken. */
  #samplesOf(data: Buffer): { track: number; sample: Sample; data: Buffer }[] {
    const boxes = childBoxes(data, 0, data.length);
    const index = boxes.findIndex(({ type }) => type === 'moof');
    const moof = boxes[index];
    const base = boxes[index - 1]?.end ?? 0;
    const runs = (moof && readRuns(data, moof, this.#init.trex)) ?? [];
    const found = runs
      .filter(({ track }) => this.#init.timescales.has(track))
      .flatMap(({ track, samples }) =>
        samples.map((sample) => {
          const start = base + sample.offset;
          return { track, sample, data: data.subarray(start, start + sample.size) };
        }),
      );
    return found.every((each) => each.data.length === each.sample.size) ? found : [];
  }

  #add(track: number, sample: Sample, data: Buffer): void {
    const dts = this.#recordingTime(track, sample);
    // Sound from before the first picture.
    if (dts < 0) return;
    let pending = this.#pending.get(track);
    if (!pending) {
      pending = { samples: [], data: [] };
      this.#pending.set(track, pending);
    }
    pending.samples.push({ ...sample, dts });
    pending.data.push(data);
  }

  /** Decode time from the start of the recording; a step of the camera's clock is taken out. */
  #recordingTime(track: number, { dts, duration }: Sample): number {
    const timescale = this.#init.timescales.get(track) ?? 1;
    const time = this.#times.get(track) ?? this.#start(track, dts, timescale);
    const ahead = dts + time.shift - time.end;
    const stepped = ahead > MAX_GAP_SECONDS * timescale || ahead < -Math.max(duration, timescale / 10);
    if (stepped && time.end > 0) time.shift -= ahead;
    const shifted = dts + time.shift;
    time.end = Math.max(0, shifted + duration);
    return shifted;
  }

  #start(track: number, dts: number, timescale: number): TrackTime {
    const video = this.#times.get(this.#init.video.id);
    const shift = video ? Math.round((video.shift / this.#init.video.timescale) * timescale) : -dts;
    const time = { shift, end: 0 };
    this.#times.set(track, time);
    return time;
  }

  #pendingSeconds(): number {
    let longest = 0;
    for (const [track, { samples }] of this.#pending) {
      const first = samples[0]?.dts ?? 0;
      const end = this.#times.get(track)?.end ?? first;
      longest = Math.max(longest, (end - first) / (this.#init.timescales.get(track) ?? 1));
    }
    return longest;
  }
}

/** Within one run a decode time is the sum of durations, so each must reach exactly to the next sample. */
function withExactDurations(samples: readonly Sample[]): Sample[] {
  return samples.map((sample, index) => {
    const next = samples[index + 1];
    return next && next.dts >= sample.dts ? { ...sample, duration: next.dts - sample.dts } : sample;
  });
}
