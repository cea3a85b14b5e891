/** What a picture is, in the words of ffprobe. */
import { text } from 'node:stream/consumers';
import { startChild } from '../../plugin/system/child.ts';

export async function probePicture(jpeg: Buffer): Promise<{ codec: string; width: number; height: number }> {
  const entries = ['-show_entries', 'stream=codec_name,width,height', '-of', 'json'];
  await using child = startChild('ffprobe', ['-v', 'error', ...entries, '-f', 'image2pipe', '-i', 'pipe:0'], {
    stdin: true,
  });
  child.stdin?.end(jpeg);
  const [stdout] = child.outputs;
  if (!stdout) throw new Error('ffprobe has no output');
  const { streams } = JSON.parse(await text(stdout)) as {
    streams: { codec_name: string; width: number; height: number }[];
  };
  const [stream] = streams;
  if (!stream) throw new Error('This is no picture.');
  return { codec: stream.codec_name, width: stream.width, height: stream.height };
}
