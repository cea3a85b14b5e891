/** Each kind of camera as ffprobe sees it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CAMERA_KINDS, type CameraKindName } from './kinds.ts';
import { startSimulator } from './simulator-process.ts';

interface Stream {
  codec_name: string;
  width?: number;
  height?: number;
  sample_rate?: string;
  has_b_frames?: number;
}

interface Packet {
  pts_time: string;
  flags: string;
}

async function look(url: string, ...more: string[]): Promise<{ streams: Stream[]; packets: Packet[] }> {
  const { stdout } = await promisify(execFile)(
    'ffprobe',
    // Half a second says which codecs there are; what else ffprobe would wait for is not asked.
    ['-v', 'error', '-analyzeduration', '500000', '-fpsprobesize', '0', ...more, '-of', 'json', url],
    { timeout: 40_000, maxBuffer: 16 * 1024 * 1024 },
  );
  return { packets: [], streams: [], ...JSON.parse(stdout) };
}

const STREAMS = ['-show_streams'];
const PACKETS = ['-rtsp_transport', 'tcp', '-select_streams', 'v', '-show_packets'];

const codecs = async (name: CameraKindName, ...how: string[]) => {
  await using camera = await startSimulator(CAMERA_KINDS[name].simulator);
  const { streams } = await look(camera.main, ...STREAMS, ...how);
  return streams.map(({ codec_name, width, height, sample_rate }) =>
    [codec_name, width && `${width}x${height}`, sample_rate].filter(Boolean).join(' '),
  );
};

describe.concurrent('a simulated camera', () => {
  it.each([
    ['hevc', ['hevc 320x180', 'aac 16000']],
    ['silent', ['h264 384x216']],
    ['pcmu', ['h264 384x216', 'pcm_mulaw 8000']],
    ['pcma', ['h264 384x216', 'pcm_alaw 8000']],
    ['opus', ['h264 384x216', 'opus 48000']],
    ['four-by-three', ['h264 320x240', 'aac 16000']],
    ['odd-size', ['h264 1072x602', 'aac 16000']],
    ['digest', ['h264 384x216', 'aac 16000']],
    ['rtsps', ['h264 384x216', 'aac 16000']],
  ] as const)('of the kind %s has that', async (name, expected) => {
    expect(await codecs(name, '-rtsp_transport', 'tcp')).toEqual(expected);
  });

  it('of the kind udp gives nothing over TCP', async () => {
    await using camera = await startSimulator(CAMERA_KINDS.udp.simulator);
    await expect(look(camera.main, '-rtsp_transport', 'tcp')).rejects.toThrow('461');
    const { streams } = await look(camera.main, ...STREAMS, '-rtsp_transport', 'udp');
    expect(streams).toHaveLength(2);
    expect((await camera.state()).happenings).toContainEqual(
      expect.objectContaining({
        what: 'viewer-joined',
        detail: expect.objectContaining({ transport: 'udp' }),
      }),
    );
  });

  it('of the kind one-stream has no other', async () => {
    await using camera = await startSimulator(CAMERA_KINDS['one-stream'].simulator);
    expect((await camera.state()).streams).toEqual(['main']);
    await expect(look(camera.sub, '-rtsp_transport', 'tcp')).rejects.toThrow('404');
  });

  it('has as long between keyframes as its kind says', async () => {
    await using camera = await startSimulator(CAMERA_KINDS['gop-4s'].simulator);
    const { packets } = await look(camera.main, ...PACKETS, '-read_intervals', '%+9');
    const keys = packets.flatMap(({ flags }, index) => (flags.startsWith('K') ? [index] : []));
    expect((keys[1] ?? 0) - (keys[0] ?? 0)).toBe(4 * CAMERA_KINDS['gop-4s'].simulator.fps);
  });

  it('has pictures out of order when its kind says so', async () => {
    await using camera = await startSimulator(CAMERA_KINDS['b-frames'].simulator);
    const { packets } = await look(camera.main, ...PACKETS, '-read_intervals', '%+3');
    const times = packets.map(({ pts_time }) => Number(pts_time)).filter((time) => time > 0);
    expect(times).not.toEqual(times.toSorted((a, b) => a - b));
  });

  it('cuts its pictures in slices when its kind says so', async () => {
    await using camera = await startSimulator(CAMERA_KINDS.slices.simulator);
    const { stdout } = await promisify(execFile)(
      'ffmpeg',
      [
        ...[
          '-v',
          'error',
          '-analyzeduration',
          '500000',
          '-fpsprobesize',
          '0',
          '-rtsp_transport',
          'tcp',
          '-i',
          camera.main,
        ],
        ...['-an', '-frames:v', '10', '-c', 'copy', '-f', 'h264', 'pipe:1'],
      ],
      { encoding: 'buffer', timeout: 40_000 },
    );
    // Network abstraction layer units of types 1 and 5 are slices (H.264, table 7-1).
    const units = stdout.toString('latin1').split('\0\0\x01').slice(1);
    const slices = units.filter((unit) => [1, 5].includes(unit.charCodeAt(0) & 0x1f));
    expect(slices.length).toBeGreaterThanOrEqual(40);
  });
});
