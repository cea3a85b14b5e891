import { SAMPLE_RATE } from './sound.ts';

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
  audio: 'aac' | 'none';
  /** A file to play in a loop instead of pictures on standard input. */
  clip?: string;
  mainUrl: string;
  subUrl: string;
}

export const SUB_HEIGHT = 360;

/** Arguments of the one ffmpeg that encodes both streams and publishes them. Pictures come on fd 0, sound on fd 3. */
export function encoderArgs(options: EncoderOptions): string[] {
  const { width, height, fps, audio, mainUrl, subUrl } = options;
  const subWidth = Math.round((SUB_HEIGHT * width) / height / 2) * 2;
  const fit = options.clip === undefined ? '' : `${fitFilter(options)},`;
  const graph = `[0:v]${fit}split=2[main][large];[large]scale=${subWidth}:${SUB_HEIGHT}:flags=fast_bilinear[sub]`;
  return [
    ...['-hide_banner', '-loglevel', 'warning'],
    ...(options.clip === undefined ? drawnInput(options) : clipInput(options.clip)),
    ...(audio === 'none' ? [] : soundInput()),
    ...['-filter_complex', graph],
    ...output({ ...options, label: 'main', kbps: 2000, url: mainUrl }),
    ...output({ ...options, label: 'sub', kbps: 400, url: subUrl }),
  ];

  function drawnInput(shape: VideoShape): string[] {
    const size = `${width}x${height}`;
    const picture = [
      '-f',
      'rawvideo',
      '-pixel_format',
      'yuv420p',
      '-video_size',
      size,
      '-framerate',
      `${shape.fps}`,
    ];
    return [...LIVE_PIPE, ...picture, '-i', 'pipe:0'];
  }

  function output({ label, kbps, url }: { label: string; kbps: number; url: string }): string[] {
    const gop = String(Math.max(1, Math.round(options.gopSeconds * fps)));
    return [
      ...['-map', `[${label}]`, '-c:v', 'libx264', '-preset', 'superfast', '-tune', 'zerolatency'],
      ...['-profile:v', 'main', '-pix_fmt', 'yuv420p', '-threads', '1', '-bf', '0'],
      ...['-g', gop, '-keyint_min', gop, '-sc_threshold', '0'],
      ...['-b:v', `${kbps}k`, '-maxrate', `${kbps}k`, '-bufsize', `${kbps}k`],
      ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
      // Cameras repeat SPS and PPS before each keyframe; x264 puts them into the SDP alone when it encodes for RTSP.
      ...['-bsf:v', 'dump_extra=freq=keyframe'],
      ...(audio === 'none' ? [] : ['-map', '1:a', '-c:a', 'aac', '-b:a', '32k']),
      ...['-f', 'rtsp', '-rtsp_transport', 'tcp', url],
    ];
  }
}

/** Nothing to find out about raw input, so nothing to wait for. */
const LIVE_PIPE = [
  ...['-protocol_whitelist', 'pipe', '-thread_queue_size', '32'],
  ...['-probesize', '32', '-analyzeduration', '0'],
];

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
