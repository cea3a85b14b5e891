/** Finds the video encoder of this machine by encoding with it: many are listed by ffmpeg, few have their hardware. */
import { readdir } from 'node:fs/promises';
import type { StartChild } from '../system/child.ts';
import { type Clock, sleep } from '../system/clock.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import {
  type EncoderName,
  encodedMp4,
  SOFTWARE_ENCODER,
  type VideoEncoder,
  videoEncoderArgs,
} from './video-encoder.ts';

export interface ProbeDeps {
  startChild: StartChild;
  clock: Clock;
  setting: 'auto' | 'software';
  /** Default: this machine. */
  host?: ProbeHost;
}

export interface ProbeHost {
  platform: NodeJS.Platform;
  arch: string;
  /** Paths of the GPU's render nodes; none where there is no GPU. */
  renderNodes(): Promise<string[]>;
}

/** Encoding and decoding together. Hardware that needs longer is no help for live view. */
const DEADLINE_MS = 5000;
const WIDTH = 640;
const HEIGHT = 360;
const PICTURES = 15;
/** Pictures that may be missing at the end; some encoders keep one or two. */
const MAY_MISS = 3;
/** Mean difference of a byte, of 255. At this bit rate a good encoder is below 3; a sheared, green or gray picture far above. */
const MAX_DIFFERENCE = 10;
const KBPS = 2000;

/**
 * The first candidate whose pictures come out right within 5 s; else `libx264`, which is not tried: whoever encodes checks
 * `ffmpeg.encoders`. Never rejects. Takes about 0.1 s for each candidate without hardware.
 */
export async function probeVideoEncoder(ffmpeg: Ffmpeg, deps: ProbeDeps): Promise<VideoEncoder> {
  if (deps.setting === 'software') return SOFTWARE_ENCODER;
  const candidates = await encoderCandidates(ffmpeg.encoders, deps.host ?? thisHost());
  for (const candidate of candidates) {
    if (await encodesWell(ffmpeg.path, candidate, deps)) return candidate;
  }
  return SOFTWARE_ENCODER;
}

/** What is worth trying here, the best first. */
export async function encoderCandidates(
  encoders: ReadonlySet<string>,
  host: ProbeHost,
): Promise<VideoEncoder[]> {
  const named = (name: EncoderName): VideoEncoder[] => (encoders.has(name) ? [{ name, hardware: true }] : []);
  switch (host.platform) {
    case 'darwin':
      return named('h264_videotoolbox');
    case 'win32':
      return [...named('h264_nvenc'), ...named('h264_qsv'), ...named('h264_amf')];
    case 'linux': {
      const nodes = encoders.has('h264_vaapi') ? await host.renderNodes() : [];
      // A Raspberry Pi up to 4 has one, a Raspberry Pi 5 none.
      const boards = host.arch.startsWith('arm') ? named('h264_v4l2m2m') : [];
      return [...boards, ...nodes.flatMap(vaapiOf), ...named('h264_qsv'), ...named('h264_nvenc')];
    }
    default:
      return [];
  }
}

const vaapiOf = (device: string): VideoEncoder[] => {
  const encoder = { name: 'h264_vaapi', hardware: true, device } as const;
  return [encoder, { ...encoder, lowPower: true }];
};

function thisHost(): ProbeHost {
  return {
    platform: process.platform,
    arch: process.arch,
    async renderNodes() {
      const names = await readdir('/dev/dri').catch((): string[] => []);
      return names
        .filter((name) => name.startsWith('renderD'))
        .sort()
        .map((name) => `/dev/dri/${name}`);
    },
  };
}

/** Whether pictures that go through this encoder can be decoded and look as before. */
export async function encodesWell(
  ffmpegPath: string,
  encoder: VideoEncoder,
  { startChild, clock }: Pick<ProbeDeps, 'startChild' | 'clock'>,
): Promise<boolean> {
  const over = new AbortController();
  const late = sleep(clock, DEADLINE_MS, over.signal).then(() => undefined);
  const through = async (args: string[], input: Buffer) => {
    await using child = startChild(ffmpegPath, args, { stdin: true, outputs: 1, graceMs: 200 });
    const chunks: Buffer[] = [];
    child.outputs[0]?.on('data', (chunk: Buffer) => void chunks.push(chunk));
    child.stdin?.end(input);
    const exit = await Promise.race([child.exited, late]);
    return exit?.code === 0 ? Buffer.concat(chunks) : undefined;
  };
  try {
    const pictures = Array.from({ length: PICTURES }, (_, index) => drawnPicture(index));
    const encoded = await through(encodeArgs(encoder), Buffer.concat(pictures));
    const decoded = encoded && (await through(DECODE_ARGS, encoded));
    return decoded !== undefined && looksLike(decoded, pictures);
  } finally {
    over.abort();
  }
}

const QUIET = ['-hide_banner', '-loglevel', 'error', '-nostats', '-protocol_whitelist', 'pipe'];

function encodeArgs(encoder: VideoEncoder): string[] {
  const { beforeInput, filter, output } = videoEncoderArgs(encoder, {
    ...{ kbps: KBPS, profile: 'main', keyframeSeconds: 2, lowLatency: true, fps: 15 },
  });
  return [
    ...[...QUIET, ...beforeInput],
    ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-video_size', `${WIDTH}x${HEIGHT}`, '-framerate', '15'],
    ...['-i', 'pipe:0', '-vf', filter.join(','), ...output],
    ...[...encodedMp4('frag_every_frame'), 'pipe:1'],
  ];
}

const DECODE_ARGS = [
  ...[...QUIET, '-f', 'mp4', '-i', 'pipe:0'],
  ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:1'],
];

const PICTURE_BYTES = (WIDTH * HEIGHT * 3) / 2;

/** A slope of gray that moves to the right, as YUV 4:2:0: shifted lines and missing parts show, and it costs few bits. */
function drawnPicture(index: number): Buffer {
  const picture = Buffer.alloc(PICTURE_BYTES, 128);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const slope = Math.abs(((x + y + index * 8) % 400) - 200);
      picture[y * WIDTH + x] = 30 + slope;
    }
  }
  return picture;
}

function looksLike(decoded: Buffer, pictures: readonly Buffer[]): boolean {
  const count = decoded.length / PICTURE_BYTES;
  if (count < PICTURES - MAY_MISS || count > PICTURES) return false;
  return pictures
    .slice(0, count)
    .every(
      (picture, index) => difference(picture, decoded.subarray(index * PICTURE_BYTES)) <= MAX_DIFFERENCE,
    );
}

/** Mean difference of the bytes of two pictures. */
function difference(one: Buffer, other: Buffer): number {
  let sum = 0;
  for (let i = 0; i < PICTURE_BYTES; i++) sum += Math.abs((one[i] ?? 0) - (other[i] ?? 0));
  return sum / PICTURE_BYTES;
}
