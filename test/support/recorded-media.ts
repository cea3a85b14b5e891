/** Looks at MP4 with the eyes of others: ffmpeg and ffprobe. */
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Fragment, Init } from '../../plugin/camera/contract.ts';
import { MediaAssembler } from '../../plugin/camera/media-assembler.ts';
import { type Exit, startChild } from '../../plugin/system/child.ts';
import { systemClock } from '../../plugin/system/clock.ts';

export interface Stream {
  init: Init;
  fragments: Fragment[];
}

export interface StreamRecipe {
  /** ffmpeg arguments for the inputs: picture first, then sound. */
  input: readonly string[];
  seconds: number;
  /** ffmpeg arguments for the encoders; no sound without `audio`. */
  video: readonly string[];
  audio?: readonly string[];
  generation?: number;
  /** Epoch ms of the first picture; the others arrive in their own time. */
  startAt?: number;
}

/** Makes a stream of fragments as a camera's reader does: video and audio from a pipe each, one fragment a frame. */
export async function makeStream(recipe: StreamRecipe): Promise<Stream> {
  const { input, seconds, video, audio, generation = 1, startAt = 0 } = recipe;
  const mp4 = [
    '-t',
    String(seconds),
    '-avoid_negative_ts',
    'make_non_negative',
    '-use_editlist',
    '0',
    '-f',
    'mp4',
  ];
  const fragments = ['-movflags', 'frag_every_frame+empty_moov+default_base_moof+frag_discont'];
  const child = startChild(
    'ffmpeg',
    [
      ...['-v', 'error', ...input, '-map', '0:v', ...video, ...mp4, ...fragments, 'pipe:1'],
      ...(audio ? ['-map', '1:a', ...audio, ...mp4, ...fragments, 'pipe:3'] : []),
    ],
    { outputs: audio ? 2 : 1 },
  );
  const [pictures, sound, exit] = await Promise.all([
    buffer(child.outputs[0] as Readable),
    audio && buffer(child.outputs[1] as Readable),
    child.exited,
  ]);
  if (exit.code !== 0) throw new Error(`ffmpeg made no stream: ${exit.stderrTail.join(', ')}`);
  const assembler = new MediaAssembler({ generation, audio: sound !== undefined, clock: systemClock });
  // The header waits for both tracks, so the shorter stream goes first.
  const items = [...(sound ? assembler.pushAudio(sound) : []), ...assembler.pushVideo(pictures)];
  const init = items.find((item) => item.type === 'init');
  if (!init) throw new Error('ffmpeg made a stream without a header');
  return {
    init,
    fragments: items
      .filter((item) => item.type === 'fragment')
      .map((fragment) => ({ ...fragment, at: startAt + Math.round(fragment.time * 1000) }))
      .sort((a, b) => a.time - b.time),
  };
}

export interface Packet {
  codec_type: string;
  pts_time: string;
  dts_time: string;
  /** Not known of the last packet of some tracks. */
  duration_time?: string;
  flags: string;
  /** Where its bytes begin. */
  pos: string;
}

export interface Probed {
  streams: {
    codec_name: string;
    codec_tag_string: string;
    codec_type: string;
    nb_read_packets: string;
    width?: number;
    height?: number;
    sample_rate?: string;
  }[];
  /** Seconds. */
  duration: number;
  packets: Packet[];
}

/** @param media a file, or its content */
export async function probe(media: string | Buffer): Promise<Probed> {
  const { code, stdout, stderr } = await run(
    'ffprobe',
    [
      ...['-v', 'error', '-of', 'json', '-count_packets', '-show_packets', '-show_streams', '-show_format'],
      inputOf(media),
    ],
    media,
  );
  if (code !== 0 || stderr !== '') throw new Error(`ffprobe: ${stderr}`);
  const { streams, packets, format } = JSON.parse(stdout.toString());
  return { streams, packets, duration: Number(format.duration) };
}

/** Decodes every picture and sound; resolves to what ffmpeg had to complain about. */
export async function decodeErrors(media: string | Buffer): Promise<string> {
  const args = ['-v', 'warning', '-i', inputOf(media), '-f', 'null', '-'];
  const { code, stderr } = await run('ffmpeg', args, media);
  return code === 0 ? stderr : `exit ${code}: ${stderr}`;
}

export interface MeasuredFragment {
  /** Length of its pictures, in seconds. */
  seconds: number;
  pictures: number;
  startsOnKeyframe: boolean;
  /** Of its sound, in seconds; 0 without. */
  soundSeconds: number;
}

/** Looks at each fragment of a recording: ffprobe tells where each picture lies, and so in which fragment. */
export async function measureFragments(
  init: Buffer,
  fragments: readonly Buffer[],
): Promise<MeasuredFragment[]> {
  const { packets } = await probe(Buffer.concat([init, ...fragments]));
  let start = init.length;
  return fragments.map(({ length }) => {
    const end = start + length;
    const inside = packets.filter(({ pos }) => Number(pos) >= start && Number(pos) < end);
    start = end;
    const pictures = inside.filter(({ codec_type }) => codec_type === 'video');
    return {
      seconds: secondsOf(pictures),
      pictures: pictures.length,
      startsOnKeyframe: pictures[0]?.flags.startsWith('K') ?? false,
      soundSeconds: secondsOf(inside.filter(({ codec_type }) => codec_type === 'audio')),
    };
  });
}

function secondsOf(packets: readonly Packet[]): number {
  return packets.reduce((sum, { duration_time }) => sum + Number(duration_time ?? 0), 0);
}

/** The first picture, as JPEG. */
export async function firstPicture(media: string | Buffer): Promise<Buffer> {
  const args = ['-v', 'error', '-i', inputOf(media), '-frames:v', '1', '-c:v', 'mjpeg', '-q:v', '2'];
  const { code, stdout, stderr } = await run('ffmpeg', [...args, '-f', 'image2pipe', 'pipe:1'], media);
  if (code !== 0) throw new Error(`ffmpeg: ${stderr}`);
  return stdout;
}

/** Mean luma, 0 to 255, of a part of the first picture. @param crop `width:height:x:y` in the words of ffmpeg's crop filter */
export async function meanLuma(media: string | Buffer, crop: string): Promise<number> {
  const filter = `crop=${crop},scale=1:1:flags=area,format=gray`;
  const args = [
    '-v',
    'error',
    '-i',
    inputOf(media),
    '-vf',
    filter,
    '-frames:v',
    '1',
    '-f',
    'rawvideo',
    'pipe:1',
  ];
  const { stdout, stderr } = await run('ffmpeg', args, media);
  const [luma] = stdout;
  if (luma === undefined) throw new Error(`ffmpeg: ${stderr}`);
  return luma;
}

function inputOf(media: string | Buffer): string {
  return typeof media === 'string' ? media : 'pipe:0';
}

async function run(
  file: string,
  args: string[],
  input: string | Buffer,
): Promise<{ code: Exit['code']; stdout: Buffer; stderr: string }> {
  const child = startChild(file, args, { stdin: typeof input !== 'string' });
  // Who has seen enough closes its end early.
  child.stdin?.on('error', () => {});
  if (typeof input !== 'string') child.stdin?.end(input);
  const [stdout, exit] = await Promise.all([buffer(child.outputs[0] as Readable), child.exited]);
  return { code: exit.code, stdout, stderr: exit.stderrTail.join('\n') };
}

/** Mean luma of each picture as it is stored (black is 16), in order of display. */
export async function lumas(media: string | Buffer): Promise<number[]> {
  const filter = ['-vf', 'scale=2:2:flags=area,format=yuv420p'];
  const pictures = ['-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'];
  const args = ['-v', 'error', '-i', inputOf(media), '-map', '0:v', ...filter, ...pictures];
  const { stdout } = await run('ffmpeg', args, media);
  // Four bytes of luma and one of each colour, of which the first stands for all.
  return [...stdout].filter((_, index) => index % 6 === 0);
}
