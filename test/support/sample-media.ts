/** Real media, made by ffmpeg: what a camera would give, without the camera's code having a hand in it. */
import { buffer } from 'node:stream/consumers';
import type { Fragment, Init } from '../../plugin/camera/contract.ts';
import { startChild } from '../../plugin/system/child.ts';

export interface SampleMedia {
  init: Init;
  /** One picture, or a run of sound, each. */
  fragments: Fragment[];
  /** The same as one file. */
  mp4: Buffer;
  /** Seconds. */
  duration: number;
  /** Its first picture. */
  jpeg: Buffer;
  width: number;
  height: number;
}

const FPS = 15;
const VIDEO = { id: 1, kind: 'video', codec: 'h264', timescale: 15_360, width: 640, height: 360 } as const;
const AUDIO = {
  id: 2,
  kind: 'audio',
  codec: 'aac',
  timescale: 16_000,
  sampleRate: 16_000,
  channels: 1,
} as const;
/** AAC-LC, RFC 6381. */
const AAC_CODEC = 'mp4a.40.2';
/** Samples of one AAC frame. */
const AAC_FRAME = 1024;

/** Draws a test picture with a running clock and a tone: 15 pictures and one keyframe a second. Takes about a second. */
export async function makeSampleMedia({ seconds = 4 } = {}): Promise<SampleMedia> {
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=${VIDEO.width}x${VIDEO.height}:rate=${FPS}`];
  const tone = ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=${AUDIO.sampleRate}`];
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'baseline', '-pix_fmt', 'yuv420p'];
  const groups = ['-g', String(FPS), '-keyint_min', String(FPS), '-sc_threshold', '0', '-bf', '0'];
  const times = ['-video_track_timescale', String(VIDEO.timescale), '-t', String(seconds)];
  const aac = ['-c:a', 'aac', '-b:a', '32k'];
  const fragmented = ['-movflags', 'frag_every_frame+empty_moov+default_base_moof', '-f', 'mp4'];
  const mp4 = await ffmpeg([...picture, ...tone, ...h264, ...groups, ...times, ...aac, ...fragmented]);
  const jpeg = await ffmpeg([...picture, '-frames:v', '1', '-c:v', 'mjpeg', '-f', 'image2pipe']);
  return { ...cut(mp4), mp4, duration: seconds, jpeg, width: VIDEO.width, height: VIDEO.height };
}

/** Cuts fragmented MP4 (ISO/IEC 14496-12, 8.8) of known make into what a camera gives. */
function cut(mp4: Buffer): { init: Init; fragments: Fragment[] } {
  const boxes = [...boxesOf(mp4)];
  const firstMoof = boxes.find(({ type }) => type === 'moof')?.start ?? mp4.length;
  const header = mp4.subarray(0, firstMoof);
  const avcC = header.indexOf('avcC') + 4;
  const codecString = `avc1.${header.subarray(avcC + 1, avcC + 4).toString('hex')}`;
  const tracks = [
    { ...VIDEO, codecString },
    { ...AUDIO, codecString: AAC_CODEC },
  ];
  const moofs = boxes.filter(({ type }) => type === 'moof');
  let pictures = 0;
  const fragments = moofs.map(({ start }, seq): Fragment => {
    const mdat = boxes.find((box) => box.type === 'mdat' && box.start > start);
    const data = mp4.subarray(start, mdat?.end);
    // After its name: version and flags in 4 bytes, then the track; in `tfdt` of version 1 a time of 64 bits.
    const track = data.readUInt32BE(data.indexOf('tfhd') + 8);
    const ticks = Number(data.readBigUInt64BE(data.indexOf('tfdt') + 8));
    const isVideo = track === VIDEO.id;
    const time = ticks / (isVideo ? VIDEO : AUDIO).timescale;
    const duration = isVideo ? 1 / FPS : AAC_FRAME / AUDIO.timescale;
    const keyframe = isVideo && pictures++ % FPS === 0;
    return { type: 'fragment', generation: 1, seq, at: 0, track, time, duration, keyframe, data };
  });
  return { init: { type: 'init', generation: 1, data: header, tracks }, fragments };
}

function* boxesOf(mp4: Buffer): Generator<{ type: string; start: number; end: number }> {
  for (let start = 0; start < mp4.length; ) {
    const end = start + mp4.readUInt32BE(start);
    yield { type: mp4.toString('latin1', start + 4, start + 8), start, end };
    start = end;
  }
}

async function ffmpeg(args: readonly string[]): Promise<Buffer> {
  const child = startChild('ffmpeg', ['-v', 'error', ...args, 'pipe:1']);
  const [stdout] = child.outputs;
  if (!stdout) throw new Error('ffmpeg has no output');
  const [data, exit] = await Promise.all([buffer(stdout), child.exited]);
  if (exit.code !== 0) throw new Error(`ffmpeg failed: ${exit.error ?? exit.stderrTail.join(', ')}`);
  return data;
}
