/** The two ways of a picture from the camera's stream to the viewer: as it is, and encoded anew. */
import type { Fragment, Init, Track } from '../camera/contract.ts';
import type { Header, Packet } from '../camera/media-parser.ts';
import type { VideoEncoder } from '../camera/video-encoder.ts';
import type { StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import { type Log, withoutSecrets } from '../system/log.ts';
import { startConverter } from './converter.ts';
import { type VideoTarget, videoArgs } from './live-args.ts';
import type { LiveTimeline } from './live-timeline.ts';
import { type AvcConfig, avcConfig, samplesIn } from './mp4-samples.ts';
import type { PictureSender } from './picture-sender.ts';
import { PlacesByTime } from './places-by-time.ts';

export interface VideoPath extends AsyncDisposable {
  /** Resolves when there is room for more, with the number of bytes sent. */
  write(fragment: Fragment): Promise<number>;
  /** Why it can't go on. */
  readonly broken: 'reordered' | 'ended' | undefined;
}

interface PathOptions {
  track: Track;
  timeline: LiveTimeline;
  sender: PictureSender;
}

/** Sends the pictures as they are. It breaks on the first that is to be shown before the one sent last. */
export function copyPath({ track, timeline, sender }: PathOptions, config: AvcConfig): VideoPath {
  let shown = Number.NEGATIVE_INFINITY;
  let reordered = false;
  return {
    get broken() {
      return reordered ? 'reordered' : undefined;
    },
    write(fragment) {
      const backlog = timeline.isBacklog(fragment);
      const place = timeline.place(fragment);
      let bytes = 0;
      for (const { data, offset } of samplesIn(fragment.data)) {
        const shift = offset / track.timescale;
        reordered = fragment.time + shift <= shown;
        if (reordered) break;
        shown = fragment.time + shift;
        bytes += sender.send(data, place + (backlog ? 0 : shift), config);
      }
      return Promise.resolve(bytes);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

export interface TranscodeOptions extends PathOptions {
  init: Init;
  target: VideoTarget;
  encoder: VideoEncoder;
  decoderThreads: number;
  /** Path of the ffmpeg program. */
  ffmpeg: string;
  startChild: StartChild;
  clock: Clock;
  log: Log;
}

/** Hardware that takes pictures and gives none is broken; software may be slow to start. */
const HARDWARE_SILENT_MS = 4000;

/** Sends what an ffmpeg of its own makes of the pictures. It breaks when that ends by itself. */
export function transcodePath(options: TranscodeOptions): VideoPath {
  const { init, track, timeline, sender, target, encoder, decoderThreads, startChild, clock, log } = options;
  /** Places of the pictures that went in, by their camera time: the way back from ffmpeg's times. */
  const places = new PlacesByTime();
  let encoded: { config: AvcConfig; timescale: number } | undefined;
  let broken = false;
  let disposed = false;
  const onOutput = (part: Header | Packet) => {
    stopWaiting();
    if (part.type === 'header') {
      const config = avcConfig(part.track.config);
      encoded = config && { config, timescale: part.track.timescale };
      return;
    }
    if (!encoded) return;
    const { config, timescale } = encoded;
    for (const { data, offset } of samplesIn(part.data)) {
      sender.send(data, places.at(part.time + offset / timescale), config);
    }
  };
  const converter = startConverter({
    ...{ startChild, init, onOutput, trackId: track.id },
    ffmpeg: options.ffmpeg,
    args: videoArgs({ target, encoder, decoderThreads }),
  });
  const stopWaiting = encoder.hardware
    ? clock.after(HARDWARE_SILENT_MS, () => {
        broken = true;
      })
    : () => {};
  void converter.exited.then(({ stderrTail }) => {
    stopWaiting();
    broken = true;
    if (!disposed) log.debug(`Conversion for live view ended: ${withoutSecrets(stderrTail.join(' '))}`);
  });
  return {
    get broken() {
      return broken ? 'ended' : undefined;
    },
    async write(fragment) {
      const backlog = timeline.isBacklog(fragment);
      const place = timeline.place(fragment);
      const shift = (samplesIn(fragment.data)[0]?.offset ?? 0) / track.timescale;
      places.note(fragment.time + shift, place + (backlog ? 0 : shift));
      await converter.write(fragment);
      return 0;
    },
    [Symbol.asyncDispose]() {
      disposed = true;
      stopWaiting();
      return converter[Symbol.asyncDispose]();
    },
  };
}
