/** What a viewer gets: which of the camera's streams, and as it is, or encoded anew. */

import type { StreamChoice } from '../camera/contract.ts';
import { isProfileForHomeKit, isSizeForHomeKit } from '../camera/homekit-limits.ts';

/** One stream of the camera, as far as it is known. */
export interface SourceVideo {
  /** As ffmpeg names it. */
  codec: string;
  width: number;
  height: number;
  /** Pictures a second, as measured. */
  fps?: number;
  /** Average bit rate, as measured, in 1000 bits a second. */
  kbps?: number;
  /** profile_idc of H.264. */
  profile?: number;
  /** Pictures come in another order than they are shown: B-frames. */
  reordered?: boolean;
}

export interface Sources {
  main: SourceVideo;
  /** The small stream, while there is one. */
  sub?: SourceVideo;
}

export interface WantedVideo {
  width: number;
  height: number;
  kbps: number;
  /** Through a home hub from outside, over a narrow line. */
  remote: boolean;
}

export interface VideoChoice {
  stream: StreamChoice;
  how: 'copy' | 'transcode';
  /** In words, for the log. */
  why: string;
}

/** HomeKit asks for this or less only on behalf of a watch, which cannot decode more. */
const WATCH_WIDTH = 320;
/** 4:3 fits where 16:9 of the same width was asked for. */
const FITTING = 1.35;
/** A picture a little smaller than asked for is as good. */
const LARGE_ENOUGH = 0.9;
/** Half the width: sharp enough for a small screen or a narrow line. */
const ACCEPTABLE = 0.25;
/** HomeKit names very low bit rates; any line that carries video at all carries this, in 1000 bits a second. */
const ALWAYS_CARRIED_KBPS = 600;
const RATE_MARGIN = 2;
/** Pixels a second. More cannot be decoded in time by the small computers that Homebridge runs on. */
const HEAVY = 2560 * 1440 * 20;

/**
 * Copies wherever that fits, since it costs nothing and starts at once: at home the smallest stream that is as large as asked for, and
 * a larger one rather than none, since viewers scale well; for a watch or away from home the largest that is not too much.
 * Otherwise it encodes anew, from the smallest stream that is large enough.
 *
 * @param canTranscode whether there is an encoder
 */
export function chooseVideo(sources: Sources, wanted: WantedVideo, canTranscode = true): VideoChoice {
  const { main, sub } = sources;
  /** The smaller first. */
  const streams: Stream[] = [
    ...(sub ? [{ name: 'sub' as const, ...sub }] : []),
    { name: 'main' as const, ...main },
  ];
  const small = wanted.width <= WATCH_WIDTH || wanted.remote;
  const worth = Math.min(area(wanted), area(main));
  const copyable = streams.filter((stream) => !obstacle(stream, wanted, small));
  const asLargeAs = (share: number) => (stream: Stream) => area(stream) >= share * worth;

  const copy = small
    ? copyable.findLast(asLargeAs(ACCEPTABLE))
    : copyable.find((stream) => stream.name === 'main' || asLargeAs(LARGE_ENOUGH)(stream));
  if (copy) return { stream: copy.name, how: 'copy', why: 'it fits' };

  const source = streams.find(asLargeAs(LARGE_ENOUGH)) ?? { name: 'main' as const, ...main };
  const why = obstacle(main, wanted, small) ?? 'the sub-stream is too small';
  if (!canTranscode || isHeavy(source)) {
    const instead = copyable.findLast(canTranscode ? asLargeAs(ACCEPTABLE) : () => true);
    if (instead)
      return { stream: instead.name, how: 'copy', why: `${why}, and it cannot be converted in time` };
  }
  return { stream: source.name, how: 'transcode', why };
}

type Stream = SourceVideo & { name: StreamChoice };

/** Why these pictures can't go out as they are; undefined when they can. */
function obstacle(source: SourceVideo, wanted: WantedVideo, small: boolean): string | undefined {
  const { codec, profile, kbps } = source;
  if (codec !== 'h264') return `${codec} is not H.264`;
  if (profile !== undefined && !isProfileForHomeKit(profile)) return 'its H.264 profile is not for viewers';
  if (source.reordered) return 'it has B-frames';
  if (!isSizeForHomeKit(source)) return 'the picture is too large for HomeKit';
  if (!small) return undefined;
  if (area(source) > FITTING * area(wanted))
    return wanted.remote ? 'the viewer is away from home' : 'a watch needs a small picture';
  const most = Math.max(ALWAYS_CARRIED_KBPS, RATE_MARGIN * wanted.kbps);
  return kbps !== undefined && kbps > most ? 'its bit rate is too high for this viewer' : undefined;
}

const isHeavy = ({ width, height, fps = 25 }: SourceVideo) => width * height * fps > HEAVY;

const area = ({ width, height }: { width: number; height: number }) => width * height;

/** The size that comes out: the source's shape, in the wanted size, never larger than it is. */
export function fittedSize(
  source: Pick<SourceVideo, 'width' | 'height'>,
  wanted: Pick<WantedVideo, 'width' | 'height'>,
): { width: number; height: number } {
  const scale = Math.min(1, wanted.width / source.width, wanted.height / source.height);
  return { width: Math.round(source.width * scale), height: Math.round(source.height * scale) };
}

/** Bits for a pixel of a picture that still looks good, encoded fast. */
const BITS_PER_PIXEL = 0.09;

/**
 * The bit rate to encode with, in 1000 bits a second. HomeKit asks for 299 for 1280x720, which suits a narrow line; at home the
 * picture gets what it needs.
 *
 * @param size of the pictures that come out
 */
export function liveKbps(size: { width: number; height: number; fps: number }, wanted: WantedVideo): number {
  if (wanted.remote || wanted.width <= WATCH_WIDTH) return wanted.kbps;
  return Math.max(wanted.kbps, Math.round((area(size) * size.fps * BITS_PER_PIXEL) / 1000));
}

/** Pixels a second that one thread decodes, on a small computer. */
const THREAD_PIXELS = 1920 * 1080 * 16;
const MOST_THREADS = 4;

/** How many threads shall decode it: each further one keeps one picture back. */
export function decoderThreads({ width, height, fps = 25 }: SourceVideo): number {
  return Math.min(MOST_THREADS, Math.max(1, Math.ceil((width * height * fps) / THREAD_PIXELS)));
}
