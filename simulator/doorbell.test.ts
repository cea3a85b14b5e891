import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Simulator, startSimulator } from './simulator-process.ts';

const run = promisify(execFile);
const GENEROUS = { timeout: 20_000, interval: 50 };

interface Probed {
  streams: { codec_type: string; codec_name: string; width?: number; height?: number }[];
  packets?: { flags: string }[];
}

async function probe(url: string, transport: 'tcp' | 'udp', ...more: string[]): Promise<Probed> {
  // Half a second says which codecs there are; what else ffprobe would wait for is not asked.
  const quick = ['-analyzeduration', '500000', '-fpsprobesize', '0'];
  const input = ['-v', 'error', '-rtsp_transport', transport, '-timeout', '8000000', ...quick, ...more];
  const { stdout } = await run('ffprobe', [...input, '-show_streams', '-of', 'json', url], {
    timeout: 25_000,
  });
  return JSON.parse(stdout) as Probed;
}

const shapes = ({ streams }: Probed) =>
  streams.map(({ codec_name, width, height }) => [codec_name, width, height].filter(Boolean).join(' '));

/** Sends bytes to the RTSP port and gives everything that comes back before the connection ends. */
async function exchange(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.setEncoding('utf8').on('error', () => {});
  let answer = '';
  socket.on('data', (part) => {
    answer += part;
    socket.end();
  });
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

describe('a simulated doorbell', () => {
  // Those that change nothing for the others look at it side by side.
  let doorbell: Simulator;
  beforeAll(async () => {
    doorbell = await startSimulator({ user: 'owner', password: 'p@ss word', gopSeconds: 1 });
  }, 60_000);
  afterAll(() => doorbell[Symbol.asyncDispose]());

  it.concurrent.each(['tcp', 'udp'] as const)('shows H.264 and AAC over %s', async (transport) => {
    expect(shapes(await probe(doorbell.main, transport))).toEqual(['h264 1280 720', 'aac']);
    expect(shapes(await probe(doorbell.sub, transport))).toEqual(['h264 640 360', 'aac']);
  });

  it.concurrent('sends a keyframe each second, to two viewers at once', async () => {
    const look = () =>
      probe(doorbell.main, 'tcp', '-select_streams', 'v', '-read_intervals', '%+4', '-show_packets');
    for (const { packets = [] } of await Promise.all([look(), look()])) {
      const keys = packets.flatMap(({ flags }, index) => (flags.startsWith('K') ? [index] : []));
      expect(keys.length).toBeGreaterThanOrEqual(3);
      // 15 pictures a second, counted: a viewer may correct the times of the first ones.
      for (const [index, at] of keys.slice(1).entries()) expect(at - (keys[index] ?? 0)).toBe(15);
    }
  });

  it.concurrent('refuses viewers without the right password', async () => {
    const wrong = new URL(doorbell.main);
    wrong.password = 'guess';
    await expect(probe(wrong.href, 'tcp')).rejects.toThrow('401');
    expect((await doorbell.state()).happenings.some(({ what }) => what === 'viewer-refused')).toBe(true);
  });

  it.concurrent('answers bytes that are no RTSP with 400, and publishing by a stranger with 401', async () => {
    expect(await exchange(doorbell.main, 'GET / HTTP/1.1\r\n\r\n')).toContain('400 Bad Request');
    const announce = `ANNOUNCE ${doorbell.main} RTSP/1.0\r\nCSeq: 1\r\n\r\n`;
    expect(await exchange(doorbell.main, announce)).toContain('401 Unauthorized');
  });

  it.concurrent('calls the webhook when it rings, and survives one that is not there', async () => {
    const calls: string[] = [];
    const receiver = createServer((request, response) => {
      calls.push(`${request.method} ${request.url}`);
      response.end();
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const address = receiver.address();
    const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    await doorbell.setWebhooks({ ring: `${base}/ring` });
    await doorbell.ring();
    await vi.waitFor(() => expect(calls).toEqual(['POST /ring']), GENEROUS);
    receiver.close();
    receiver.closeAllConnections();
    await once(receiver, 'close');
    await doorbell.ring();
    await vi.waitFor(async () => {
      expect((await doorbell.state()).happenings.some(({ what }) => what === 'webhook-failed')).toBe(true);
    }, GENEROUS);
  });

  it.concurrent('plays acts that leave a parcel on the mat', async () => {
    await doorbell.act('arrive');
    await doorbell.act('deliver');
    await doorbell.act('leave');
    expect(await doorbell.state()).toMatchObject({ parcelOnMat: true, visitor: false });
  });

  it('drops its viewers', async () => {
    const viewing = run('ffmpeg', [
      '-v',
      'error',
      '-rtsp_transport',
      'tcp',
      '-i',
      doorbell.main,
      '-f',
      'null',
      '-',
    ]);
    await vi.waitFor(async () => expect((await doorbell.state()).sessions).toHaveLength(1), GENEROUS);
    await doorbell.fault('drop');
    await viewing.catch(() => {});
    await vi.waitFor(async () => expect((await doorbell.state()).sessions).toHaveLength(0), GENEROUS);
  });

  it('stalls, refuses, knows no password, and heals', async () => {
    await doorbell.fault('refuse');
    await expect(probe(doorbell.main, 'tcp')).rejects.toThrow('refused');
    await doorbell.fault('wrong-password');
    await expect(probe(doorbell.main, 'tcp')).rejects.toThrow('401');
    await doorbell.fault('stall');
    const silent = run('ffmpeg', [
      '-v',
      'error',
      '-rtsp_transport',
      'tcp',
      '-i',
      doorbell.main,
      '-f',
      'null',
      '-',
    ]);
    await vi.waitFor(async () => expect((await doorbell.state()).sessions[0]?.playing).toBe(true), GENEROUS);
    expect((await doorbell.state()).sessions[0]?.packets).toBe(0);
    await doorbell.fault('drop');
    await silent.catch(() => {});
    await doorbell.fault('none');
    expect(shapes(await probe(doorbell.sub, 'tcp'))).toContain('h264 640 360');
  });

  it('changes its resolution and goes back', async () => {
    await doorbell.fault('resolution');
    expect(shapes(await probe(doorbell.main, 'tcp'))).toContain('h264 960 540');
    await doorbell.fault('none');
    expect(shapes(await probe(doorbell.main, 'tcp'))).toContain('h264 1280 720');
  });

  it('tells a wrong time', async () => {
    await doorbell.fault('clock-skew', 7200);
    const answer = await exchange(doorbell.main, 'OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n');
    const date = Date.parse(/^Date: (.*)$/m.exec(answer)?.[1] ?? '');
    expect(date - Date.now()).toBeGreaterThan(7_000_000);
    await doorbell.fault('none');
  });
});

it('leaves no process and no port behind', async () => {
  const doorbell = await startSimulator({ size: '320x180', audio: 'none' });
  const encoder = await encoderOf(doorbell.pid);
  await doorbell[Symbol.asyncDispose]();
  expect(() => process.kill(encoder, 0)).toThrow('ESRCH');
  await expect(probe(doorbell.main, 'tcp')).rejects.toThrow('refused');
});

it('ends with its parent, when all that is left of that is a closed pipe', async () => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, '--with-parent', '--size', '320x180', '--audio', 'none']);
  await once(child.stdout, 'data');
  const encoder = await encoderOf(child.pid ?? 0);
  child.stdout.resume();
  child.stdin.end();
  await once(child, 'close');
  expect(child.exitCode).toBe(0);
  expect(() => process.kill(encoder, 0)).toThrow('ESRCH');
});

it('plays a clip as the camera', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clip-'));
  try {
    const clip = join(folder, 'clip.mp4');
    await run('ffmpeg', [
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'testsrc=size=400x300:rate=10:duration=2',
      clip,
    ]);
    await using doorbell = await startSimulator({ clip, size: '640x360' });
    const { packets = [], ...found } = await probe(
      doorbell.main,
      'tcp',
      ...['-select_streams', 'v', '-read_intervals', '%+4', '-show_packets'],
    );
    expect(shapes(found)).toEqual(['h264 640 360']);
    // Twice as long as the clip: it began again.
    expect(packets.length).toBeGreaterThan(45);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it.each([
  [['--size', 'large'], '--size'],
  [['--fps', '0'], '--fps'],
  [['--user', 'owner'], '--password'],
  [['--ffmpeg', '/nowhere/ffmpeg'], '/nowhere/ffmpeg'],
  [['--video', 'vp9'], '--video'],
  [['--audio', 'mp3'], '--audio'],
  [['--transport', 'pigeon'], '--transport'],
  [['--colour', 'blue'], '--colour'],
])('says in one line what is wrong with %j', async (args, named) => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const failure = await run(process.execPath, [main, ...args]).catch((error) => error);
  expect(failure.code).toBe(1);
  expect(failure.stderr).toContain(named);
  expect(failure.stderr.trim().split('\n')).toHaveLength(1);
});

async function encoderOf(pid: number): Promise<number> {
  const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(pid)]);
  const encoder = Number(stdout.trim());
  expect(encoder).toBeGreaterThan(0);
  return encoder;
}
