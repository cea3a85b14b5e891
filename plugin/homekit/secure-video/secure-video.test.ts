import { buffer } from 'node:stream/consumers';
import type { RecordingPacket } from 'homebridge';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PlayedCamera } from '../../../test/support/homekit-camera.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import {
  decodeErrors,
  makeStream,
  measureFragments,
  type Stream,
} from '../../../test/support/recorded-media.ts';
import { SELECTED } from '../../../test/support/recording-selection.ts';
import { type Ffmpeg, findFfmpeg } from '../../camera/ffmpeg.ts';
import { SOFTWARE_ENCODER } from '../../camera/video-encoder.ts';
import { type Child, type StartChild, startChild } from '../../system/child.ts';
import { type Clock, systemClock } from '../../system/clock.ts';
import { initForTrack, samplesIn } from '../mp4-samples.ts';
import type { OperatingMode } from './operating-mode.ts';
import { SecureVideo } from './secure-video.ts';

const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=15'];
/** Half a second of tone every two seconds. */
const BEEPS =
  "aevalsrc=exprs='0.5*sin(2*PI*440*t)*lt(mod(t,2),0.5)':sample_rate=16000:channel_layout=mono:nb_samples=160";
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-bf', '0'];
const B_FRAMES = [
  '-c:v',
  'libx264',
  '-preset',
  'veryfast',
  '-pix_fmt',
  'yuv420p',
  '-bf',
  '2',
  '-b_strategy',
  '0',
];
const HEVC = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error:bframes=0'];
const AAC = ['-c:a', 'aac', '-b:a', '32k'];
const gop = (pictures: number) => [
  '-g',
  String(pictures),
  '-keyint_min',
  String(pictures),
  '-sc_threshold',
  '0',
];

class Mode implements OperatingMode {
  cameraActive = true;
  audioActive = false;
  disabled: boolean | undefined;
  showManuallyDisabled(disabled: boolean) {
    this.disabled = disabled;
  }
  onChange() {}
}

interface Received {
  packets: RecordingPacket[];
  /** Ms after the request, of each. */
  after: number[];
}

let ffmpeg: Ffmpeg;

beforeAll(async () => {
  ffmpeg = await findFfmpeg({ configured: 'ffmpeg' }, { startChild, clock: systemClock });
});

describe('a recording', () => {
  const opened: AsyncDisposable[] = [];
  const children: Child[] = [];
  const said: string[] = [];

  afterEach(async () => {
    for (const each of opened.splice(0)) await each[Symbol.asyncDispose]();
    await Promise.all(children.splice(0).map(({ exited }) => exited));
    said.splice(0);
  });

  /** A camera that has been on for some time, and that the Home app has armed. */
  function armed(
    stream: Stream | undefined,
    { audio = false, clock = systemClock as Clock, converts = true, headStartMs = 8000 } = {},
  ) {
    const camera = new PlayedCamera({ id: '01TEST', name: 'Door', slug: 'door' }, () =>
      Promise.reject(new Error('no picture')),
    );
    if (stream) camera.play(stream, headStartMs);
    const mode = new Mode();
    mode.audioActive = audio;
    const counted: StartChild = (...args) => {
      const child = startChild(...args);
      children.push(child);
      return child;
    };
    const note = (line: string) => void said.push(line);
    const video = new SecureVideo({
      ...{ camera, mode, clock, ffmpeg: converts ? ffmpeg : undefined, startChild: counted },
      encoders: { current: () => SOFTWARE_ENCODER, failed: () => false },
      log: { debug: note, info: note, warn: note, error: note },
      refusal: (reason) => new Error(`refused: ${reason}`),
      onDisarmed: () => said.push('disarmed'),
    });
    video.attach();
    video.recording.delegate.updateRecordingConfiguration(SELECTED);
    video.recording.delegate.updateRecordingActive(true);
    opened.push(video, camera);
    return { video, camera, mode };
  }

  async function ready(video: SecureVideo) {
    await expect.poll(() => video.status().prebufferMs, { timeout: 20_000 }).toBeGreaterThan(3900);
  }

  /** Receives until there are so many fragments, or it ends. */
  async function receive(video: SecureVideo, fragments: number): Promise<Received> {
    const begun = performance.now();
    const received: Received = { packets: [], after: [] };
    const { delegate } = video.recording;
    for await (const packet of delegate.handleRecordingStreamRequest(1)) {
      received.packets.push(packet);
      received.after.push(performance.now() - begun);
      if (packet.isLast) break;
      if (received.packets.length > fragments) delegate.closeRecordingStream(1, 0);
    }
    return received;
  }

  async function measure({ packets }: Received) {
    const [init = Buffer.alloc(0), ...fragments] = packets.map(({ data }) => data);
    expect(await decodeErrors(Buffer.concat([init, ...fragments]))).toBe('');
    return measureFragments(init, fragments);
  }

  it('is the stream as it is, without any program, where it can be', async () => {
    const stream = await makeStream({ input: PICTURE, seconds: 16, video: [...H264, ...gop(30)] });
    const { video } = armed(stream);
    await ready(video);
    const received = await receive(video, 2);
    expect(received.after[1]).toBeLessThan(500);
    expect(await measure(received)).toMatchObject([
      { pictures: 60, startsOnKeyframe: true },
      { pictures: 60, startsOnKeyframe: true },
    ]);
    const [picture] = samplesIn(received.packets[1]?.data ?? Buffer.alloc(0));
    expect(stream.fragments.some(({ data }) => picture && data.includes(picture.data))).toBe(true);
    expect(children).toHaveLength(0);
    expect(video.status()).toMatchObject({
      recording: false,
      lastClose: { reason: 'ended by the home hub' },
    });
    expect(said).toEqual(['HomeKit Secure Video: 8 s in 2 fragments, ended by the home hub.']);
  });

  it('begins with the first group when the camera has only just come', async () => {
    const stream = await makeStream({ input: PICTURE, seconds: 4, video: [...H264, ...gop(15)] });
    const { video } = armed(stream, { headStartMs: 100 });
    const [fragment] = await measure(await receive(video, 1));
    expect(fragment).toMatchObject({ pictures: 15, startsOnKeyframe: true });
  });

  it('has its sound at the time at which it was', async () => {
    const sound = ['-f', 'lavfi', '-i', BEEPS];
    const stream = await makeStream({
      ...{ input: [...PICTURE, ...sound], seconds: 16, audio: AAC },
      video: [...H264, ...gop(30)],
    });
    const { video } = armed(stream, { audio: true });
    await ready(video);
    const received = await receive(video, 1);
    expect(received.after[1]).toBeLessThan(500);
    for (const { soundSeconds } of await measure(received)) expect(soundSeconds).toBeGreaterThan(3.8);
    const [picture] = samplesIn(received.packets[1]?.data ?? Buffer.alloc(0));
    const begin = stream.fragments.find(({ data }) => picture && data.includes(picture.data))?.time ?? 0;
    const mine = await firstBeep(Buffer.concat(received.packets.map(({ data }) => data)));
    const heard = stream.fragments.filter(({ track, time }) => track === 2 && time >= begin);
    const camera = await firstBeep(
      Buffer.concat([initForTrack(stream.init.data, 2), ...heard.map(({ data }) => data)]),
    );
    // Both within one step of the encoder, which is 64 ms at the camera's rate.
    expect(Math.abs(begin + mine - ((heard[0]?.time ?? 0) + camera))).toBeLessThan(0.07);
  });

  it.each([
    ['HEVC', HEVC, gop(30), 'hevc is not H.264', 2],
    // What follows the first fragment is the same for all.
    ['B-frames', B_FRAMES, gop(30), 'it has B-frames', 1],
    ['keyframes far apart', H264, gop(90), 'its keyframes are more than 4 s apart', 1],
  ])('is converted where it must: %s', async (_, codec, groups, why, count) => {
    const stream = await makeStream({ input: PICTURE, seconds: 16, video: [...codec, ...groups] });
    const { video } = armed(stream);
    await ready(video);
    const received = await receive(video, count);
    expect(received.after[1]).toBeLessThan(500);
    for (const fragment of await measure(received)) {
      expect(fragment.startsOnKeyframe).toBe(true);
      expect(fragment.seconds).toBeLessThan(4.1);
      expect(fragment.seconds).toBeGreaterThan(3.9);
    }
    expect(said).toContain(`HomeKit Secure Video converts the picture: ${why}.`);
    expect(children.length).toBeGreaterThan(0);
  });

  it('is refused, with the reason in the status, where nothing can convert it', async () => {
    const stream = await makeStream({ input: PICTURE, seconds: 1, video: [...HEVC, ...gop(15)] });
    const { video } = armed(stream, { converts: false });
    await expect
      .poll(() => video.status().line)
      .toMatch(/^Armed by the Home app, but the picture has to be converted \(hevc is not H\.264\)/);
  });

  it('is refused in time when the camera gives nothing, and at once in privacy mode', async () => {
    const clock = new ManualClock();
    const { video, camera, mode } = armed(undefined, { clock });
    const asked = video.recording.delegate.handleRecordingStreamRequest(1).next();
    const refused = expect(asked).rejects.toThrow('refused: 6');
    for (let passed = 0; passed < 5000; passed += 50) {
      clock.advance(50);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await refused;
    expect(video.status().lastClose?.reason).toBe('refused: the camera gave no picture in time');
    await camera.setPrivacy(true);
    expect(mode.disabled).toBe(true);
    await expect(video.recording.delegate.handleRecordingStreamRequest(2).next()).rejects.toThrow(
      'refused: 1',
    );
  });

  it('gets its last fragment when Homebridge stops', async () => {
    const stream = await makeStream({ input: PICTURE, seconds: 16, video: [...H264, ...gop(15)] });
    const { video } = armed(stream);
    await ready(video);
    const receiving = receive(video, 100);
    await expect.poll(() => video.status().lastFirstFragmentMs).toBeDefined();
    await video[Symbol.asyncDispose]();
    const { packets } = await receiving;
    expect(packets.at(-1)?.isLast).toBe(true);
    expect(video.status()).toMatchObject({ recording: false, prebufferMs: 0 });
  });

  it('goes on as it began when the home hub selects something else meanwhile', async () => {
    const stream = await makeStream({ input: PICTURE, seconds: 20, video: [...H264, ...gop(15)] });
    const { video } = armed(stream);
    const short = structuredClone(SELECTED);
    short.mediaContainerConfiguration.fragmentLength = 1000;
    video.recording.delegate.updateRecordingConfiguration(short);
    await ready(video);
    const receiving = receive(video, 3);
    await expect.poll(() => video.status().recording).toBe(true);
    const other = structuredClone(short);
    other.videoCodec.resolution = [1280, 720, 15];
    video.recording.delegate.updateRecordingConfiguration(other);
    const received = await receiving;
    expect(await measure(received)).toMatchObject(Array(3).fill({ pictures: 15 }));
    expect(video.status()).toMatchObject({ configuration: { width: 1280, height: 720, fps: 15 } });
    await ready(video);
  });
});

/** When the first tone begins that was not there from the start, in seconds of the file. */
async function firstBeep(mp4: Buffer): Promise<number> {
  const rate = 16_000;
  const args = ['-v', 'error', '-i', 'pipe:0', '-map', '0:a', '-af', 'aresample=async=1:first_pts=0'];
  const child = startChild('ffmpeg', [...args, '-f', 's16le', '-ar', String(rate), '-ac', '1', 'pipe:1'], {
    stdin: true,
  });
  child.stdin?.end(mp4);
  const [output] = child.outputs;
  if (!output) throw new Error('ffmpeg has no output');
  const pcm = await buffer(output);
  let quiet = 0;
  for (let index = 0; index < pcm.length / 2; index++) {
    const loud = Math.abs(pcm.readInt16LE(index * 2)) > 3000;
    if (loud && quiet > rate / 2) return index / rate;
    quiet = loud ? 0 : quiet + 1;
  }
  throw new Error('no tone was heard');
}
