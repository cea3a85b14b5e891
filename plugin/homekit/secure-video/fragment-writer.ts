/** Makes the MP4 fragments of one recording, with times that begin at 0. */
import { fragmentOf, type Run } from '../../recordings/mp4/fragment-write.ts';
import type { Gop, PlacedSample } from './gop-cutter.ts';
import { TRACK, type TrackHeader } from './take.ts';

export class FragmentWriter {
  readonly #audio: TrackHeader | undefined;
  #origin: { time: number; dts: number } | undefined;
  #audioEnd = 0;
  #sequence = 0;

  constructor(tracks: { audio: TrackHeader | undefined }) {
    this.#audio = tracks.audio;
  }

  /** One `moof` + `mdat` of these groups, which follow one another. @param audio whether sound may be in it */
  write(gops: readonly Gop[], { audio }: { audio: boolean }): Buffer {
    const video = gops.flatMap((gop) => gop.video);
    const [first] = video;
    this.#origin ??= { time: gops[0]?.time ?? 0, dts: first?.dts ?? 0 };
    this.#sequence += 1;
    const pictures: Run = {
      track: TRACK.video,
      time: (first?.dts ?? 0) - this.#origin.dts,
      samples: video,
      data: video.map(({ data }) => data),
    };
    const sound = audio
      ? this.#sound(
          gops.flatMap((gop) => gop.audio),
          this.#origin.time,
        )
      : undefined;
    return fragmentOf(this.#sequence, sound ? [pictures, sound] : [pictures]);
  }

  #sound(samples: readonly PlacedSample[], origin: number): Run | undefined {
    const timescale = this.#audio?.timescale;
    if (timescale === undefined) return undefined;
    const placed = samples
      .map((sample) => ({ ...sample, dts: Math.round((sample.time - origin) * timescale) }))
      // What begins before the first picture, or what is already over.
      .filter(({ dts }) => dts >= 0 && dts >= this.#audioEnd - timescale / 100);
    const [first] = placed;
    const last = placed.at(-1);
    if (!first || !last) return undefined;
    const time = Math.max(first.dts, this.#audioEnd);
    const exact = reaching(placed);
    this.#audioEnd = time + exact.reduce((sum, { duration }) => sum + duration, 0);
    return { track: TRACK.audio, time, samples: exact, data: exact.map(({ data }) => data) };
  }
}

/** Decode times are sums of durations, so each has to reach to the next sample. */
function reaching<T extends { dts: number; duration: number }>(samples: readonly T[]): T[] {
  return samples.map((sample, index) => {
    const next = samples[index + 1];
    return next && next.dts > sample.dts ? { ...sample, duration: next.dts - sample.dts } : sample;
  });
}

/** Eight bytes that every reader skips (ISO/IEC 14496-12, 8.1.2): the last packet, when there is no picture left for it. */
export const EMPTY_PACKET: Buffer = Buffer.from([0, 0, 0, 8, ...Buffer.from('free')]);
