import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CameraRecordingConfiguration, RecordingPacket } from 'homebridge';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PlayedCamera } from '../../../test/support/homekit-camera.ts';
import { decodeErrors, makeStream, probe, type Stream } from '../../../test/support/recorded-media.ts';
import { type Ffmpeg, findFfmpeg } from '../../camera/ffmpeg.ts';
import { SOFTWARE_ENCODER } from '../../camera/video-encoder.ts';
import { type Child, type StartChild, startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import type { OperatingMode } from './operating-mode.ts';
import { createSecureVideo, type SecureVideo } from './secure-video.ts';

const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-bf', '0'];
const HEVC = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error:bframes=0'];
const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=15'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=16000'];
const AAC = ['-c:a', 'aac', '-b:a', '32k'];

/** As home hubs write it (HAP-NodeJS parses it into this). */
const SELECTED = {
  prebufferLength: 4000,
  eventTriggerTypes: [1],
  mediaContainerConfiguration: { type: 0, fragmentLength: 4000 },
  videoCodec: {
    type: 0,
    parameters: { profile: 1, level: 2, bitRate: 2000, iFrameInterval: 4000 },
    resolution: [1920, 1080, 30],
  },
  audioCodec: { type: 0, audioChannels: 1, bitrateMode: 0, samplerate: 3, bitrate: 64 },
} as unknown as CameraRecordingConfiguration;

const gop = (frames: number) => ['-g', String(frames), '-keyint_min', String(frames), '-sc_threshold', '0'];

class Mode implements OperatingMode {
  cameraActive = true;
  audioActive = false;
  disabled: boolean | undefined;
  change = () => {};
  showManuallyDisabled(disabled: boolean) {
    this.disabled = disabled;
  }
  onChange(listener: () => void) {
    this.change = listener;
  }
}

interface Received {
  packets: RecordingPacket[];
  /** Ms after the request, of each. */
  after: number[];
}

let folder: string;
let ffmpeg: Ffmpeg;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorstep-secure-video-'));
  ffmpeg = await findFfmpeg({ configured: 'ffmpeg' }, { startChild, clock: systemClock });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a recording', () => {
  const opened: AsyncDisposable[] = [];
  const children: Child[] = [];
  const said: string[] = [];

  function open(camera: PlayedCamera, options: { audio?: boolean; ffmpeg?: Ffmpeg | undefined } = {}) {
    const mode = new Mode();
    mode.audioActive = options.audio ?? false;
    const counted: StartChild = (...args) => {
      const child = startChild(...args);
      children.push(child);
      return child;
    };
    const note = (line: string) => void said.push(line);
    const video = createSecureVideo({
      ...{ camera, mode, clock: systemClock, startChild: counted },
      ffmpeg: 'ffmpeg' in options ? options.ffmpeg : ffmpeg,
      encoders: { current: () => SOFTWARE_ENCODER, failed: () => false },
      log: { debug: note, info: note, warn: note, error: note },
      refusal: (reason) => new Error(`refused ${reason}`),
      onDisarmed: () => said.push('disarmed'),
    });
    video.attach();
    opened.push(video, camera);
    return { video, mode };
  }

  function camera(): PlayedCamera {
    return new PlayedCamera({ id: '01TEST', name: 'Door', slug: 'door' }, () => Promise.reject(new Error()));
  }

  function arm({ recording: { delegate } }: SecureVideo) {
    delegate.updateRecordingConfiguration(SELECTED);
    delegate.updateRecordingActive(true);
  }

  afterEach(async () => {
    for (const each of opened.splice(0)) await each[Symbol.asyncDispose]();
    await Promise.all(children.splice(0).map(({ exited }) => exited));
    said.splice(0);
  });

  async function ready(video: SecureVideo, ms: number) {
    await expect.poll(() => video.status().prebufferMs, { timeout: 20_000 }).toBeGreaterThanOrEqual(ms);
  }

  async function receive(video: SecureVideo, until: (received: Received) => boolean): Promise<Received> {
    const begun = performance.now();
    const received: Received = { packets: [], after: [] };
    const { delegate } = video.recording;
    for await (const packet of delegate.handleRecordingStreamRequest(1)) {
      received.packets.push(packet);
      received.after.push(performance.now() - begun);
      if (packet.isLast) break;
      if (until(received)) delegate.closeRecordingStream(1, 0);
    }
    return received;
  }

  async function examine({ packets }: Received) {
    const path = join(folder, `${Math.random()}.mp4`);
    await writeFile(path, Buffer.concat(packets.map(({ data }) => data)));
    expect(await decodeErrors(path)).toBe('');
    return probe(path);
  }

  it('is the stream as it is, joined into fragments of 4 s, with what was before', async () => {
    const stream = await makeStream({ input: PICTURE, seconds: 16, video: [...H264, ...gop(15)] });
    const one = camera();
    one.play(early(stream, 8));
    const { video } = open(one);
    arm(video);
    await ready(video, 4000);
    const received = await receive(video, ({ packets }) => packets.length === 3);
    expect(received.after[1]).toBeLessThan(500);
    const { streams, packets } = await examine(received);
    expect(streams).toMatchObject([{ codec_name: 'h264', nb_read_packets: '120' }]);
    expect(Number(packets[0]?.dts_time)).toBe(0);
    expect(children).toHaveLength(0);
    expect(video.status()).toMatchObject({
      recording: false,
      lastClose: { reason: 'ended by the home hub' },
    });
  });

  it('has sound when the Home app wants it', async () => {
    const stream = await makeStream({
      input: [...PICTURE, ...SOUND],
      seconds: 16,
      video: [...H264, ...gop(30)],
      audio: AAC,
    });
    const one = camera();
    one.play(early(stream, 8));
    const { video } = open(one, { audio: true });
    arm(video);
    await ready(video, 4000);
    const received = await receive(video, ({ packets }) => packets.length === 3);
    expect(received.after[1]).toBeLessThan(500);
    const { streams, packets } = await examine(received);
  });

  it('is converted where it must', async () => {
    const stream = await makeStream({ input: PICTURE, seconds: 16, video: [...HEVC, ...gop(30)] });
    const one = camera();
    one.play(early(stream, 8));
    const { video } = open(one);
    arm(video);
    await ready(video, 4000);
    const received = await receive(video, ({ packets }) => packets.length === 3);
    expect(received.after[1]).toBeLessThan(500);
    const { streams, packets } = await examine(received);
  });
});

/** So that the first seconds are there at once. */
function early({ init, fragments }: Stream, seconds: number): Stream {
  return { init, fragments: fragments.map((each) => ({ ...each, time: each.time - seconds })) };
}
