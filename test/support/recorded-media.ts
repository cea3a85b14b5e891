/** Looks at MP4 with the eyes of others: ffmpeg and ffprobe. */
import type { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
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

export interface Probed {
  streams: { codec_name: string; codec_tag_string: string; codec_type: string; nb_read_packets: string }[];
  /** Seconds. */
  duration: number;
  packets: { codec_type: string; pts_time: string; dts_time: string; flags: string; pos: string }[];
}

export async function probe(path: string): Promise<Probed> {
  const { code, stdout, stderr } = await run('ffprobe', [
    ...['-v', 'error', '-of', 'json', '-count_packets', '-show_packets', '-show_streams', '-show_format'],
    path,
  ]);
  if (code !== 0 || stderr !== '') throw new Error(`ffprobe: ${stderr}`);
  const { streams, packets, format } = JSON.parse(stdout);
  return { streams, packets, duration: Number(format.duration) };
}

/** Decodes every picture and sound; resolves to what ffmpeg had to complain about. */
export async function decodeErrors(path: string): Promise<string> {
  const { code, stderr } = await run('ffmpeg', ['-v', 'warning', '-i', path, '-f', 'null', '-']);
  return code === 0 ? stderr : `exit ${code}: ${stderr}`;
}

async function run(
  file: string,
  args: string[],
): Promise<{ code: Exit['code']; stdout: string; stderr: string }> {
  const child = startChild(file, args);
  const [stdout, exit] = await Promise.all([text(child.outputs[0] as Readable), child.exited]);
  return { code: exit.code, stdout, stderr: exit.stderrTail.join('\n') };
}
