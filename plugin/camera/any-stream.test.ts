import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator-process.ts';
import { decodeErrors, probe } from '../../test/support/recorded-media.ts';
import { startChild } from '../system/child.ts';
import { sleep, systemClock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { Camera, Fragment, Init } from './contract.ts';
import { type Ffmpeg, findFfmpeg } from './ffmpeg.ts';
import { openCamera, type RtspCameraOptions } from './rtsp-camera.ts';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

let ffmpeg: Ffmpeg;
let folder: string;

beforeAll(async () => {
  ffmpeg = await findFfmpeg({}, { startChild, clock: systemClock });
  folder = mkdtempSync(join(tmpdir(), 'doorstep-streams-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function open(simulator: Simulator, options: Partial<RtspCameraOptions> = {}): Camera {
  return openCamera(
    {
      ref: { id: '01', name: 'Front door', slug: 'front-door' },
      ...{ kind: 'doorbell', main: simulator.main, transport: 'tcp', ...options },
    },
    { ffmpeg, startChild, clock: systemClock, log: quiet },
  );
}

const until = async (condition: () => boolean | Promise<boolean>) => {
  while (!(await condition())) await sleep(systemClock, 50);
};

/** A second and a half of the ring as a file. */
async function record(
  camera: Camera,
  name: string,
): Promise<{ path: string; init: Init; fragments: Fragment[] }> {
  const stop = new AbortController();
  let init: Init | undefined;
  const fragments: Fragment[] = [];
  for await (const item of camera.watch({ signal: stop.signal })) {
    if (item.type === 'init') init = item;
    else fragments.push(item);
    if (item.type === 'fragment' && item.track === 1 && item.time - (fragments[0]?.time ?? 0) > 3)
      stop.abort();
  }
  if (!init) throw new Error('no header');
  const path = join(folder, `${name}.mp4`);
  writeFileSync(path, Buffer.concat([init.data, ...fragments.map(({ data }) => data)]));
  return { path, init, fragments };
}

interface Kind extends SimulatorOptions {
  codec?: 'h264' | 'hevc';
  sound?: string | undefined;
  camera?: Partial<RtspCameraOptions>;
}

/** Each of them odd in several ways that have nothing to do with each other. */
const KINDS: Record<string, Kind> = {
  'HEVC and Opus over TLS': { video: 'hevc', codec: 'hevc', audio: 'opus', sound: 'opus', tls: true },
  'B-frames and PCMU in 4:3': { bFrames: 2, audio: 'pcmu', sound: 'aac', size: '480x360' },
  'PCMA over UDP alone': { audio: 'pcma', sound: 'aac', transport: 'udp', camera: { transport: 'udp' } },
  'upright pictures in slices, no sound, and a login with odd characters': {
    ...{ size: '270x480', slices: 4, audio: 'none', sound: undefined, user: 'ad min', password: 'p@:/w%' },
  },
};

describe('a stream with', { timeout: 90_000 }, () => {
  it.concurrent.each(Object.entries(KINDS))('%s is read as it is', async (name, kind) => {
    const { codec = 'h264', sound, camera: options, ...simulated } = kind;
    const simulator = await startSimulator({
      size: '320x240',
      fps: 10,
      gopSeconds: 1,
      sub: 'none',
      ...simulated,
    });
    try {
      await using camera = open(simulator, options);
      await until(() => camera.state.online);
      const { path, init, fragments } = await record(camera, name.replace(/\W/g, '-'));
      const [width, height] = (simulated.size ?? '320x240').split('x').map(Number);
      expect(init.tracks[0]).toMatchObject({ codec, width, height });
      expect(init.tracks[0]?.codecString).toMatch(codec === 'hevc' ? /^hvc1\./ : /^avc1\./);
      expect(init.tracks[1]?.codec).toBe(sound);
      expect(fragments[0]).toMatchObject({ keyframe: true, track: 1 });
      // UDP may lose some on a busy machine.
      if (options?.transport !== 'udp') expect(await decodeErrors(path)).toBe('');
      const { streams, packets } = await probe(path);
      expect(streams[0]?.codec_tag_string).toBe(codec === 'hevc' ? 'hvc1' : 'avc1');
      const late = packets.filter(
        (packet) => packet.codec_type === 'video' && Number(packet.pts_time) - Number(packet.dts_time) > 0.15,
      );
      expect(late.length > 0).toBe(simulated.bFrames !== undefined);
      await until(async () => (await camera.snapshot().catch(() => undefined))?.width === width);
    } finally {
      await simulator[Symbol.asyncDispose]();
    }
  });

  it.concurrent('a clock that is set is opened anew when its times leap', async () => {
    const simulator = await startSimulator({ size: '320x240', fps: 10, gopSeconds: 1, sub: 'none' });
    try {
      await using camera = open(simulator);
      const stop = new AbortController();
      const generations: number[] = [];
      let set = false;
      for await (const item of camera.watch({ signal: stop.signal })) {
        if (item.type === 'init') generations.push(item.generation);
        // By now it has told its time once.
        else if (item.time > 6 && !set) {
          set = true;
          await simulator.fault('clock-skew', 7200);
        }
        if (item.type === 'fragment') expect(item.time).toBeLessThan(60);
        if (generations.length === 2) stop.abort();
      }
      expect(generations).toEqual([1, 2]);
    } finally {
      await simulator[Symbol.asyncDispose]();
    }
  });
});
