import { SAMPLE_RATE } from './sound.ts';

export const VIDEO_CODECS = ['h264', 'hevc'] as const;
export type VideoCodec = (typeof VIDEO_CODECS)[number];

export const AUDIO_CODECS = ['aac', 'pcmu', 'pcma', 'opus', 'none'] as const;
export type AudioCodec = (typeof AUDIO_CODECS)[number];

export interface VideoShape {
  /** Pixels of the main stream; even. */
  width: number;
  height: number;
  /** Pictures a second. */
  fps: number;
  /** Seconds between keyframes. */
  gopSeconds: number;
}

export interface EncoderOptions extends VideoShape {
  /** Of the main stream; default `h264`. */
  video?: VideoCodec;
  /** Of the sub-stream; `none` for a camera with one stream. Default `h264`. */
  sub?: VideoCodec | 'none';
  /** Pictures that need a later one, between two that do not. Default 0, as nearly every camera has it. */
  bFrames?: number;
  /** In how many slices each picture is cut. Default 1. */
  slices?: number;
  /** Of both streams. */
  audio: AudioCodec;
  /** A file to play in a loop instead of pictures on standard input. */
  clip?: string;
  mainUrl: string;
  subUrl: string;
}

/** Of the sub-stream at most; it is never larger than the main stream. */
export const SUB_HEIGHT = 360;
/** Up to this size of the main stream the fastest way of encoding is good enough to look at: many cameras share one machine. */
const SMALL_PIXELS = 640 * 480;

/** Names of the streams that an encoder publishes. */
export function streamNames({ sub }: Pick<EncoderOptions, 'sub'>): readonly ('main' | 'sub')[] {
  return sub === 'none' ? ['main'] : ['main', 'sub'];
}

/** Arguments of the one ffmpeg that encodes all streams and publishes them. Pictures come on fd 0, sound on fd 3. */
export function encoderArgs(options: EncoderOptions): string[] {
  const { video = 'h264', sub = 'h264', audio, clip, mainUrl, subUrl } = options;
  return [
    ...['-hide_banner', '-loglevel', 'warning'],
    ...(clip === undefined ? drawnInput(options) : clipInput(clip)),
    ...(audio === 'none' ? [] : soundInput()),
    ...['-filter_complex', graph(options)],
    ...output(options, { label: 'main', codec: video, kbps: 2000, url: mainUrl }),
    ...(sub === 'none' ? [] : output(options, { label: 'sub', codec: sub, kbps: 400, url: subUrl })),
  ];
}

function graph(options: EncoderOptions): string {
  const { width, height, sub, clip } = options;
  const fit = clip === undefined ? '' : `${fitFilter(options)},`;
  if (sub === 'none') return `[0:v]${fit}null[main]`;
  const subHeight = Math.min(SUB_HEIGHT, height);
  const subWidth = Math.round((subHeight * width) / height / 2) * 2;
  return `[0:v]${fit}split=2[main][large];[large]scale=${subWidth}:${subHeight}:flags=fast_bilinear[sub]`;
}

interface Output {
  label: string;
  codec: VideoCodec;
  kbps: number;
  url: string;
}

function output(options: EncoderOptions, { label, codec, kbps, url }: Output): string[] {
  return [
    ...['-map', `[${label}]`, ...(codec === 'hevc' ? x265(options) : x264(options))],
    ...['-pix_fmt', 'yuv420p', '-b:v', `${kbps}k`, '-maxrate', `${kbps}k`, '-bufsize', `${kbps}k`],
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
    // Cameras repeat their parameter sets before each keyframe; encoders put them into the SDP alone when they encode for RTSP.
    ...['-bsf:v', 'dump_extra=freq=keyframe'],
    ...(options.audio === 'none' ? [] : ['-map', '1:a', ...SOUND[options.audio]]),
    ...['-f', 'rtsp', '-rtsp_transport', 'tcp', url],
  ];
}

function x264(options: EncoderOptions): string[] {
  const { bFrames = 0, slices = 1 } = options;
  const gop = gopPictures(options);
  return [
    ...['-c:v', 'libx264', '-preset', isSmall(options) ? 'ultrafast' : 'superfast', '-tune', 'zerolatency'],
    ...['-profile:v', 'main', '-threads', '1', '-bf', `${bFrames}`, '-slices', `${slices}`],
    ...['-g', gop, '-keyint_min', gop, '-sc_threshold', '0'],
  ];
}

function x265(options: EncoderOptions): string[] {
  const { bFrames = 0, slices = 1 } = options;
  const gop = gopPictures(options);
  const parameters = {
    ...{ keyint: gop, 'min-keyint': gop, scenecut: 0, 'open-gop': 0, bframes: bFrames, slices },
    // One thread, and no word but errors.
    ...{ pools: 'none', 'frame-threads': 1, 'log-level': 'error' },
  };
  const text = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return [
    ...['-c:v', 'libx265', '-preset', 'ultrafast', '-tune', 'zerolatency', '-x265-params', text.join(':')],
    ...['-g', gop],
  ];
}

function gopPictures({ gopSeconds, fps }: VideoShape): string {
  return String(Math.max(1, Math.round(gopSeconds * fps)));
}

function isSmall({ width, height }: VideoShape): boolean {
  return width * height <= SMALL_PIXELS;
}

/** As cameras have it: G.711 has 8 kHz, Opus in RTP always a clock of 48 kHz. */
const SOUND: Readonly<Record<Exclude<AudioCodec, 'none'>, readonly string[]>> = {
  aac: ['-c:a', 'aac', '-b:a', '32k'],
  pcmu: ['-c:a', 'pcm_mulaw', '-ar', '8000'],
  pcma: ['-c:a', 'pcm_alaw', '-ar', '8000'],
  opus: ['-c:a', 'libopus', '-ar', '48000', '-b:a', '32k'],
};

/** Nothing to find out about raw input, so nothing to wait for. */
const LIVE_PIPE = [
  ...['-protocol_whitelist', 'pipe', '-thread_queue_size', '32'],
  ...['-probesize', '32', '-analyzeduration', '0'],
];

function drawnInput({ width, height, fps }: VideoShape): string[] {
  const picture = ['-f', 'rawvideo', '-pixel_format', 'yuv420p', '-video_size', `${width}x${height}`];
  return [...LIVE_PIPE, ...picture, '-framerate', `${fps}`, '-i', 'pipe:0'];
}

function clipInput(file: string): string[] {
  return ['-protocol_whitelist', 'file', '-stream_loop', '-1', '-re', '-i', `file:${file}`];
}

function soundInput(): string[] {
  return [...LIVE_PIPE, '-f', 's16le', '-ar', String(SAMPLE_RATE), '-ac', '1', '-i', 'pipe:3'];
}

function fitFilter({ width, height, fps }: VideoShape): string {
  const inside = `scale=${width}:${height}:force_original_aspect_ratio=decrease`;
  return `fps=${fps},${inside},pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2,setsar=1`;
}
