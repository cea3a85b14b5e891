/** The way of one track from the camera into recordings: as it is, or through a converter. */
import type { Fragment, Init, Track } from '../../camera/contract.ts';
import { type InitTrack, parseMoov } from '../../camera/init-segment.ts';
import { childBoxes } from '../../camera/mp4-boxes.ts';
import type { StartChild } from '../../system/child.ts';
import type { Clock } from '../../system/clock.ts';
import { startConverter } from '../converter.ts';
import { initForTrack, samplesIn } from '../mp4-samples.ts';
import type { PlacedSample } from './gop-cutter.ts';
import type { TrackHeader } from './take.ts';
import { timedSamples } from './timed-samples.ts';

export interface TrackWay extends AsyncDisposable {
  /** Undefined until it is known. */
  readonly header: TrackHeader | undefined;
  /** Last lines of the converter when it has ended by itself, or was ended because it gave nothing. */
  readonly failed: readonly string[] | undefined;
  /** Resolves when there is room for more. */
  write(fragment: Fragment): Promise<void>;
}

export interface WayOptions {
  init: Init;
  track: Track;
  /** Called with each picture or run of sound. */
  onSamples: (samples: PlacedSample[], keyframe: boolean) => void;
}

export function copyWay({ init, track, onSamples }: WayOptions): TrackWay {
  const data = initForTrack(init.data, track.id);
  const known = tracksOf(init.data).find(({ id }) => id === track.id);
  return {
    header: { data, timescale: track.timescale },
    failed: undefined,
    async write(fragment) {
      if (known) onSamples(placed(fragment.data, known, 0), fragment.keyframe);
    },
    async [Symbol.asyncDispose]() {},
  };
}

export interface ConvertOptions extends WayOptions {
  startChild: StartChild;
  clock: Clock;
  /** Path of the ffmpeg program. */
  ffmpeg: string;
  args: readonly string[];
  /** What the encoder puts before the first sample, in seconds. */
  delay: number;
  /** Called once `failed` is known. */
  onFailure: () => void;
}

/**
 * A converter that takes and gives nothing for so long hangs, in ms. Encoders hold back tens of pictures, and some cameras send one
 * a second.
 */
export const HANGS_MS = 30_000;

/** ffmpeg counts from the time at which the first sample is shown; here its times become the camera's again. */
export function convertWay(options: ConvertOptions): TrackWay {
  const { startChild, clock, ffmpeg, args, init, track, delay, onSamples, onFailure } = options;
  let header: TrackHeader | undefined;
  let made: InitTrack | undefined;
  let failed: readonly string[] | undefined;
  let begin: number | undefined;
  let disposed = false;
  const converter = startConverter({
    ...{ startChild, ffmpeg, args, init, trackId: track.id },
    onOutput: (part) => {
      silence.over();
      if (part.type === 'header') {
        made = part.track;
        header = { data: part.data, timescale: part.track.timescale };
      } else if (made) {
        onSamples(placed(part.data, made, (begin ?? 0) - delay), part.keyframe);
      }
    },
  });
  const fail = (lines: readonly string[]) => {
    silence.over();
    if (disposed || failed) return;
    failed = lines;
    onFailure();
  };
  const silence = watchSilence(clock, () => {
    fail(['It hangs.']);
    void converter[Symbol.asyncDispose]();
  });
  void converter.exited.then(({ stderrTail }) => fail(stderrTail));
  return {
    get header() {
      return header;
    },
    get failed() {
      return failed;
    },
    write(fragment) {
      begin ??= fragment.time + (samplesIn(fragment.data)[0]?.offset ?? 0) / track.timescale;
      if (!failed) silence.mayBegin();
      return converter.write(fragment);
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
      silence.over();
      await converter[Symbol.asyncDispose]();
    },
  };
}

function watchSilence(clock: Clock, onHanging: () => void) {
  let cancel: (() => void) | undefined;
  return {
    mayBegin() {
      cancel ??= clock.after(HANGS_MS, onHanging);
    },
    over() {
      cancel?.();
      cancel = undefined;
    },
  };
}

function placed(data: Buffer, track: InitTrack, offset: number): PlacedSample[] {
  return timedSamples(data, track).map((sample) => ({
    ...sample,
    time: offset + sample.dts / track.timescale,
  }));
}

function tracksOf(init: Buffer): InitTrack[] {
  const moov = childBoxes(init, 0, init.length).find(({ type }) => type === 'moov');
  return moov ? parseMoov(init, moov) : [];
}
