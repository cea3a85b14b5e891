/** The picture of one live session: from the newest keyframe in the ring to RTP, copied where it fits. */
import type { Camera, Fragment, Init, Track } from '../camera/contract.ts';
import type { Ffmpeg } from '../camera/ffmpeg.ts';
import type { Header, Packet } from '../camera/media-parser.ts';
import type { StartChild } from '../system/child.ts';
import { type Clock, sleep } from '../system/clock.ts';
import { type Log, withoutSecrets } from '../system/log.ts';
import { ProblemError } from '../system/problem.ts';
import { type Converter, startConverter } from './converter.ts';
import { nalUnits, rtpPayloads, unitsToSend } from './h264-packets.ts';
import { type VideoTarget, videoArgs } from './live-args.ts';
import type { LiveTimeline } from './live-timeline.ts';
import { type AvcConfig, avcConfig, codecConfig, samplesIn } from './mp4-samples.ts';
import type { RtpStream } from './rtp-stream.ts';
import { chooseVideo } from './video-choice.ts';

export interface LiveVideoOptions {
  camera: Camera;
  target: VideoTarget;
  /** The viewer is away from home, behind a narrow line. */
  remote: boolean;
  rtp: RtpStream;
  timeline: LiveTimeline;
  /** Largest RTP payload, in bytes. */
  maxPayload: number;
  ffmpeg: Ffmpeg | undefined;
  startChild: StartChild;
  clock: Clock;
  log: Log;
  /** Called for each picture sent. */
  onPicture: () => void;
  signal: AbortSignal;
}

/** What is in the ring goes out first; a home network takes it in this pace without loss. */
const CATCH_UP_BYTES_PER_MS = 5000;

/**
 * Sends until the signal aborts or the camera is disposed. A reconnect of the camera goes on in the same RTP stream.
 *
 * @throws ProblemError when the camera's pictures have to be converted and ffmpeg can't or stops doing it
 */
export async function sendLiveVideo(options: LiveVideoOptions): Promise<void> {
  const { camera, clock, signal, timeline } = options;
  await using current = new CurrentPath();
  let track: Track | undefined;
  for await (const item of camera.watch({ signal })) {
    if (signal.aborted) return;
    if (item.type === 'init') {
      track = item.tracks.find(({ kind }) => kind === 'video');
      await current.replace(track && openPath(item, track, options));
    } else if (item.track === track?.id) {
      const sent = await current.write(item);
      if (timeline.isBacklog(item)) await sleep(clock, Math.floor(sent / CATCH_UP_BYTES_PER_MS), signal);
    }
  }
}

interface VideoPath extends AsyncDisposable {
  /** Returns the number of bytes sent. Rejects when the path can't go on. */
  write(fragment: Fragment): Promise<number>;
}

class CurrentPath implements AsyncDisposable {
  #path: VideoPath | undefined;

  async replace(path: VideoPath | undefined): Promise<void> {
    const old = this.#path;
    this.#path = path;
    await old?.[Symbol.asyncDispose]();
  }

  async write(fragment: Fragment): Promise<number> {
    return (await this.#path?.write(fragment)) ?? 0;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.replace(undefined);
  }
}

function openPath(init: Init, track: Track, options: LiveVideoOptions): VideoPath {
  const { width = 0, height = 0, codec } = track;
  const choice = chooseVideo({ codec, width, height }, { ...options.target, remote: options.remote });
  const config = choice.how === 'copy' ? avcConfig(codecConfig(init.data, track.id)) : undefined;
  if (config) {
    options.log.debug(`Live view copies ${codec} ${width}x${height}.`);
    return copyPath(track, config, options);
  }
  const why = choice.how === 'transcode' ? choice.why : 'its H.264 header is not readable';
  options.log.debug(`Live view converts ${codec} ${width}x${height}: ${why}.`);
  return transcodePath(init, track, options, why);
}

function copyPath(track: Track, config: AvcConfig, options: LiveVideoOptions): VideoPath {
  return {
    write: (fragment) =>
      Promise.resolve(
        sendPictures(fragment, options.timeline.place(fragment), track.timescale, config, options),
      ),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function transcodePath(init: Init, track: Track, options: LiveVideoOptions, why: string): VideoPath {
  const { ffmpeg, startChild, timeline, log } = options;
  if (!ffmpeg?.encoders.has('libx264')) {
    throw new ProblemError({
      code: 'no-h264-encoder',
      what: `Live view has to convert the picture (${why}), and this ffmpeg has no libx264.`,
      cure: 'Install a full ffmpeg, or set the camera to H.264 of at most 1920x1080.',
    });
  }
  /** Places of the pictures that went in, by their camera time: the way back from ffmpeg's times. */
  const places = new PlacesByTime();
  let encoded: { config: AvcConfig; timescale: number } | undefined;
  const onOutput = (part: Header | Packet) => {
    if (part.type === 'header') {
      const config = avcConfig(part.track.config);
      encoded = config && { config, timescale: part.track.timescale };
    } else if (encoded) {
      sendPictures(part, places.at(part.time), encoded.timescale, encoded.config, options);
    }
  };
  const converter: Converter = startConverter({
    ...{ startChild, init, onOutput },
    ffmpeg: ffmpeg.path,
    args: videoArgs(options.target),
    trackId: track.id,
  });
  let failure: ProblemError | undefined;
  let disposed = false;
  void converter.exited.then(({ stderrTail }) => {
    if (disposed) return;
    log.debug(`Conversion for live view ended: ${withoutSecrets(stderrTail.join(' '))}`);
    failure = new ProblemError({
      code: 'conversion-ended',
      what: 'The conversion of the picture for live view stopped.',
      cure: 'Open the camera again in the Home app.',
    });
  });
  return {
    async write(fragment) {
      if (failure) throw failure;
      places.note(fragment.time, timeline.place(fragment));
      await converter.write(fragment);
      return 0;
    },
    [Symbol.asyncDispose]() {
      disposed = true;
      return converter[Symbol.asyncDispose]();
    },
  };
}

/** Finds the session time of an encoded picture: ffmpeg counts from the first picture it was given. */
class PlacesByTime {
  #first: number | undefined;
  #noted: { time: number; place: number }[] = [];

  note(time: number, place: number): void {
    this.#first ??= time;
    this.#noted.push({ time: time - this.#first, place });
  }

  /** The place of the last picture at or before `time`, moved on by the difference. Times only grow. */
  at(time: number): number {
    const half = 0.002;
    while (this.#noted.length > 1 && (this.#noted[1]?.time ?? Number.POSITIVE_INFINITY) <= time + half) {
      this.#noted.shift();
    }
    const [nearest] = this.#noted;
    return nearest ? nearest.place + Math.max(0, time - nearest.time) : time;
  }
}

function sendPictures(
  fragment: Pick<Fragment, 'data'>,
  place: number,
  timescale: number,
  config: AvcConfig,
  { rtp, maxPayload, onPicture }: LiveVideoOptions,
): number {
  let bytes = 0;
  for (const sample of samplesIn(fragment.data)) {
    const units = unitsToSend(nalUnits(sample.data, config.lengthSize), config.parameterSets);
    const payloads = rtpPayloads(units, maxPayload);
    const seconds = place + (place < 0 ? 0 : sample.offset / timescale);
    for (const [i, payload] of payloads.entries()) rtp.send(payload, seconds, i === payloads.length - 1);
    bytes += sample.data.length;
    if (payloads.length > 0) onPicture();
  }
  return bytes;
}
