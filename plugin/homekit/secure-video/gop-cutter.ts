/** Cuts pictures and sound into groups that begin with a keyframe, with the sound that belongs to each. */
import type { TimedSample } from './timed-samples.ts';

/** A sample, and its decode time in seconds since the start of the camera's stream. */
export interface PlacedSample extends TimedSample {
  time: number;
}

/** A group of pictures: a keyframe and what hangs on it. */
export interface Gop {
  /** Decode time of its first picture, in seconds since the start of the camera's stream. */
  time: number;
  /** In seconds. */
  duration: number;
  video: readonly PlacedSample[];
  audio: readonly PlacedSample[];
}

/** Sound comes a little later than the pictures it belongs to; a group waits for it this long, in ms. */
const AUDIO_WAIT_MS = 3000;
/** But no longer than this while none comes at all. */
const AUDIO_SILENCE_MS = 1000;
/** Sound that is later than this is left out, in seconds. */
const AUDIO_LATE = 0.5;

interface Closed {
  time: number;
  duration: number;
  video: PlacedSample[];
  /** Monotonic ms. */
  closedAt: number;
}

export class GopCutter {
  #video: PlacedSample[] = [];
  #closed: Closed[] = [];
  #audio: PlacedSample[] = [];
  #audioEnd = Number.NEGATIVE_INFINITY;
  #audioCameAt = Number.NEGATIVE_INFINITY;
  #expectsAudio: boolean;
  #takenTo = Number.NEGATIVE_INFINITY;
  /** When somebody first asked for groups. */
  #askedAt: number | undefined;
  #reordered = false;

  constructor(options: { audio: boolean }) {
    this.#expectsAudio = options.audio;
  }

  /** Pictures come in another order than they are shown. */
  get reordered(): boolean {
    return this.#reordered;
  }

  /** @param samples go on from those before, with rising times @param now monotonic ms */
  pushVideo(samples: readonly PlacedSample[], keyframe: boolean, now: number): void {
    for (const [index, sample] of samples.entries()) {
      const last = this.#video.at(-1);
      if (last && shownAt(sample) < shownAt(last)) this.#reordered = true;
      if (keyframe && index === 0) this.#close(sample, now);
      else if (!last) continue;
      this.#video.push(sample);
    }
  }

  /** @param now monotonic ms */
  pushAudio(samples: readonly PlacedSample[], now: number): void {
    const last = samples.at(-1);
    if (!last) return;
    this.#audio.push(...samples);
    this.#audioEnd = last.time;
    this.#audioCameAt = now;
    // Sound that is always late is not waited for again.
    if (last.time >= this.#takenTo) this.#expectsAudio = true;
  }

  /** The groups that are complete, oldest first. @param now monotonic ms */
  take(now: number): Gop[] {
    const gops: Gop[] = [];
    this.#askedAt ??= now;
    for (let next = this.#closed[0]; next; next = this.#closed[0]) {
      if (this.#mayWait(next, now)) break;
      this.#closed.shift();
      this.#takenTo = next.time + next.duration;
      gops.push(this.#withAudio(next));
    }
    return gops;
  }

  #mayWait({ time, duration, closedAt }: Closed, now: number): boolean {
    if (!this.#expectsAudio || this.#audioEnd >= time + duration) return false;
    const since = Math.max(closedAt, this.#askedAt ?? now);
    const silentSince = Math.max(since, this.#audioCameAt);
    if (now - since < AUDIO_WAIT_MS && now - silentSince < AUDIO_SILENCE_MS) return true;
    // Sound that has stopped holds up one group, not each.
    this.#expectsAudio = false;
    return false;
  }

  /** All that is left, complete or not; but a picture on which none followed, since it may be cut off. */
  flush(): Gop[] {
    const gops = this.#closed.splice(0).map((closed) => this.#withAudio(closed));
    const [first, last] = [this.#video[0], this.#video.at(-1)];
    if (first && last && first !== last) {
      const [time, duration] = [first.time, last.time - first.time];
      gops.push(this.#withAudio({ time, duration, video: this.#video.slice(0, -1), closedAt: 0 }));
    }
    this.#video = [];
    return gops;
  }

  #close(next: PlacedSample, now: number): void {
    const [first] = this.#video;
    if (first) {
      this.#closed.push({
        time: first.time,
        duration: next.time - first.time,
        video: reaching(this.#video, next.dts),
        closedAt: now,
      });
    }
    this.#video = [];
  }

  #withAudio({ time, duration, video }: Closed): Gop {
    const end = time + duration;
    const audio = this.#audio.filter((sample) => sample.time < end && sample.time >= time - AUDIO_LATE);
    this.#audio = this.#audio.filter((sample) => sample.time >= end);
    return { time, duration, video, audio };
  }
}

const shownAt = ({ dts, compositionOffset }: PlacedSample) => dts + compositionOffset;

/** Decode times are sums of durations, so each has to reach exactly to the next picture. */
function reaching(samples: readonly PlacedSample[], end: number): PlacedSample[] {
  return samples.map((sample, index) => ({
    ...sample,
    duration: (samples[index + 1]?.dts ?? end) - sample.dts,
  }));
}
