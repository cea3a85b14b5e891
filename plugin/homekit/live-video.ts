/** The picture of one live session: from the newest keyframe in the ring to RTP, copied where that fits. */
import type { Camera, CameraState, Fragment, Init, StreamChoice, Track } from '../camera/contract.ts';
import type { Ffmpeg } from '../camera/ffmpeg.ts';
import type { VideoEncoder } from '../camera/video-encoder.ts';
import type { EncoderChoice } from '../camera/video-encoder-choice.ts';
import type { StartChild } from '../system/child.ts';
import { type Clock, sleep } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { ProblemError } from '../system/problem.ts';
import type { VideoTarget } from './live-args.ts';
import { createLiveTimeline, type LiveTimeline } from './live-timeline.ts';
import { avcConfig, codecConfig } from './mp4-samples.ts';
import { createPictureSender, type PictureSender, type PictureSenderOptions } from './picture-sender.ts';
import {
  chooseVideo,
  decoderThreads,
  fittedSize,
  liveKbps,
  type Sources,
  type SourceVideo,
  type VideoChoice,
} from './video-choice.ts';
import { copyPath, transcodePath, type VideoPath } from './video-path.ts';
import type { VideoWish } from './video-wish.ts';

export interface LiveVideoOptions extends PictureSenderOptions {
  camera: Camera;
  wish: VideoWish;
  /** The viewer is away from home, behind a narrow line. */
  remote: boolean;
  /** Epoch ms of session time zero. */
  startedAt: number;
  /** Of the main stream; the session's sound shares it. */
  timeline: LiveTimeline;
  ffmpeg: Ffmpeg | undefined;
  encoders: EncoderChoice;
  startChild: StartChild;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/** What is in the ring goes out first; a home network takes it in this pace without loss. */
const CATCH_UP_BYTES_PER_MS = 5000;

/**
 * Sends until the signal aborts or the camera is disposed. A reconnect of the camera, and a change from one of its streams to the other,
 * go on in the same RTP stream.
 *
 * @throws ProblemError when the camera's pictures have to be converted and ffmpeg can't or stops doing it
 */
export async function sendLiveVideo(options: LiveVideoOptions): Promise<void> {
  const video = new LiveVideo(options);
  while (await video.follow());
}

class LiveVideo {
  readonly #options: LiveVideoOptions;
  readonly #sender: PictureSender;
  /** What headers and pictures of a stream told; it counts more than what the camera's state says. */
  readonly #learned: Partial<Record<StreamChoice, SourceVideo>> = {};
  #begun = false;

  constructor(options: LiveVideoOptions) {
    this.#options = options;
    this.#sender = createPictureSender(options);
  }

  /** Sends one stream of the camera, from its newest keyframe on. Resolves with true when it is time to choose again. */
  async follow(): Promise<boolean> {
    const { camera, clock, wish, signal } = this.#options;
    const stream = this.#choose()?.stream ?? 'main';
    const timeline = this.#nextTimeline(stream);
    const lost = new AbortController();
    const forget = camera.onState(({ sub }) => {
      if (stream === 'sub' && !sub) lost.abort();
    });
    await using current = new CurrentPath(forget);
    let source: Source | undefined;
    for await (const item of camera.watch({ stream, signal: AbortSignal.any([signal, lost.signal]) })) {
      if (signal.aborted) return false;
      if (item.type === 'init') {
        const track = item.tracks.find(({ kind }) => kind === 'video');
        source = track && { stream, init: item, track, timeline };
        if (track) this.#learn(stream, track);
        if (this.#choose()?.stream !== stream) return true;
        await current.replace(source && this.#open(source));
      } else if (source && item.track === source.track.id) {
        if (item.keyframe && current.wish !== undefined && current.wish !== wish.changes) {
          if (this.#choose()?.stream !== stream) return true;
          await current.replace(this.#open(source));
        }
        const sent = await current.write(item);
        if (current.broken) return this.#goOnWithout(current, stream);
        if (timeline.isBacklog(item)) await sleep(clock, Math.floor(sent / CATCH_UP_BYTES_PER_MS), signal);
      }
    }
    return lost.signal.aborted && !signal.aborted;
  }

  /** Undefined while nothing is known of the camera. */
  #choose(): VideoChoice | undefined {
    const { camera, wish, remote } = this.#options;
    const sources = this.#sources(camera.state);
    return sources && chooseVideo(sources, { ...wish.target, remote }, this.#canEncode());
  }

  #sources({ video, sub }: CameraState): Sources | undefined {
    const main = merged(video, this.#learned.main);
    const small = sub && merged(sub, this.#learned.sub);
    return main && { main, ...(small && { sub: small }) };
  }

  #canEncode(): boolean {
    const { ffmpeg, encoders } = this.#options;
    return ffmpeg?.encoders.has(encoders.current().name) === true;
  }

  #learn(stream: StreamChoice, { codec, codecString, width = 0, height = 0 }: Track): void {
    const profile = /^avc1\.([0-9a-f]{2})/i.exec(codecString)?.[1];
    this.#learned[stream] = {
      ...{ codec, width, height, reordered: this.#learned[stream]?.reordered ?? false },
      ...(profile && { profile: Number.parseInt(profile, 16) }),
    };
  }

  /** The first one of the main stream is shared with the sound. Later ones begin where the session is by then. */
  #nextTimeline(stream: StreamChoice): LiveTimeline {
    const { startedAt, timeline, clock } = this.#options;
    const isFirst = !this.#begun;
    this.#begun = true;
    if (isFirst) return stream === 'main' ? timeline : createLiveTimeline(startedAt);
    return createLiveTimeline(startedAt, clock.now());
  }

  #open({ stream, init, track, timeline }: Source): OpenPath {
    const { log } = this.#options;
    const seen = `${stream} stream, ${track.codec} ${track.width}x${track.height}`;
    const choice = this.#choose();
    const config = choice?.how === 'copy' ? avcConfig(codecConfig(init.data, track.id)) : undefined;
    if (config) {
      log.debug(`Live view copies the ${seen}.`);
      return { path: copyPath({ track, timeline, sender: this.#sender }, config) };
    }
    const why = choice?.how === 'transcode' ? choice.why : 'its H.264 header is not readable';
    return this.#openTranscode({ stream, init, track, timeline }, why, seen);
  }

  #openTranscode({ stream, init, track, timeline }: Source, why: string, seen: string): OpenPath {
    const { ffmpeg, encoders, startChild, clock, log, wish } = this.#options;
    if (!ffmpeg || !this.#canEncode()) throw noEncoder(why);
    const encoder = encoders.current();
    const known = this.#sources(this.#options.camera.state)?.[stream];
    const source = known ?? { codec: track.codec, width: track.width ?? 0, height: track.height ?? 0 };
    const target = this.#target(source);
    log.debug(`Live view converts the ${seen} with ${encoder.name} at ${target.kbps} kbit/s: ${why}.`);
    const path = transcodePath({
      ...{ init, track, timeline, sender: this.#sender, target, encoder, startChild, clock, log },
      ...{ ffmpeg: ffmpeg.path, decoderThreads: decoderThreads(source) },
    });
    return { path, encoder, wish: wish.changes };
  }

  /** What to ask of the encoder, for pictures of this source. */
  #target(source: SourceVideo): VideoTarget {
    const { wish, remote } = this.#options;
    const { target } = wish;
    const fps = Math.min(target.fps, Math.ceil(source.fps ?? target.fps));
    const size = { ...fittedSize(source, target), fps };
    const kbps = wish.changes > 0 ? target.kbps : liveKbps(size, { ...target, remote });
    return { ...target, fps, kbps };
  }

  /** @throws ProblemError when nothing else is left */
  #goOnWithout({ broken, encoder }: CurrentPath, stream: StreamChoice): boolean {
    const learned = this.#learned[stream];
    if (broken === 'reordered' && learned) {
      this.#learned[stream] = { ...learned, reordered: true };
      return true;
    }
    if (encoder && this.#options.encoders.failed(encoder)) return true;
    throw new ProblemError({
      code: 'conversion-ended',
      what: 'The conversion of the picture for live view stopped.',
      cure: 'Open the camera again in the Home app.',
    });
  }
}

interface Source {
  stream: StreamChoice;
  init: Init;
  track: Track;
  timeline: LiveTimeline;
}

interface OpenPath {
  path: VideoPath;
  /** Where it encodes: with what, and for which state of the wish. */
  encoder?: VideoEncoder;
  wish?: number;
}

/** The path that is open, if any. */
class CurrentPath implements AsyncDisposable {
  #open: OpenPath | undefined;
  readonly #onDisposed: () => void;

  constructor(onDisposed: () => void) {
    this.#onDisposed = onDisposed;
  }

  get broken(): VideoPath['broken'] {
    return this.#open?.path.broken;
  }

  get encoder(): VideoEncoder | undefined {
    return this.#open?.encoder;
  }

  get wish(): number | undefined {
    return this.#open?.wish;
  }

  async replace(open: OpenPath | undefined): Promise<void> {
    const old = this.#open;
    this.#open = open;
    await old?.path[Symbol.asyncDispose]();
  }

  async write(fragment: Fragment): Promise<number> {
    return (await this.#open?.path.write(fragment)) ?? 0;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#onDisposed();
    return this.replace(undefined);
  }
}

function merged(facts: SourceVideo | undefined, learned: SourceVideo | undefined): SourceVideo | undefined {
  return facts && learned ? { ...facts, ...learned } : (learned ?? facts);
}

function noEncoder(why: string): ProblemError {
  return new ProblemError({
    code: 'no-h264-encoder',
    what: `Live view has to convert the picture (${why}), and this ffmpeg has no libx264.`,
    cure: 'Install a full ffmpeg, or set the camera to H.264 of at most 1920x1080, without B-frames.',
  });
}
