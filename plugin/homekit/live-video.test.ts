import { execFileSync } from 'node:child_process';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeStream, type Stream } from '../../test/support/recorded-media.ts';
import type { Camera, CameraState, StreamChoice, WatchOptions } from '../camera/contract.ts';
import { type Ffmpeg, findFfmpeg } from '../camera/ffmpeg.ts';
import { Ring } from '../camera/ring.ts';
import { SOFTWARE_ENCODER, type VideoEncoder } from '../camera/video-encoder.ts';
import { createEncoderChoice } from '../camera/video-encoder-choice.ts';
import { type StartChild, startChild } from '../system/child.ts';
import { type Clock, systemClock as clock } from '../system/clock.ts';
import { createLiveTimeline } from './live-timeline.ts';
import { sendLiveVideo } from './live-video.ts';
import { VideoWish } from './video-wish.ts';

const FPS = 10;
const COPIED = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '10', '-bf', '0'];
const REORDERED = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '10', '-bf', '2', '-b_strategy', '0'];

let ffmpeg: Ffmpeg;
let hd: Stream;
let small: Stream;
let reordered: Stream;

const record = (size: string, video: string[]) =>
  makeStream({ input: ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${FPS}`], seconds: 12, video });

beforeAll(async () => {
  ffmpeg = await findFfmpeg({}, { startChild, clock });
  [hd, small, reordered] = await Promise.all([
    record('640x360', COPIED),
    record('320x180', COPIED),
    record('640x360', REORDERED),
  ]);
});

/** A camera that plays recorded streams in real time, beginning with two seconds that it has in its rings already. */
class TwoStreams {
  readonly watched: StreamChoice[] = [];
  readonly #rings = { main: new Ring(clock), sub: new Ring(clock) };
  readonly #listeners = new Set<(state: CameraState) => void>();
  readonly #timers: NodeJS.Timeout[] = [];
  state: CameraState = { online: true, since: 0, privacy: false };

  play(stream: StreamChoice, { init, fragments }: Stream): void {
    const ring = this.#rings[stream];
    const begun = Date.now() - 2000;
    let next = 0;
    const step = () => {
      for (
        let item = fragments[next];
        item && begun + item.time * 1000 <= Date.now();
        item = fragments[++next]
      )
        ring.push({ ...item, at: Math.round(begun + item.time * 1000) });
    };
    ring.push(init);
    step();
    this.#timers.push(setInterval(step, 10));
    const { codec, width = 0, height = 0 } = init.tracks[0] ?? { codec: '' };
    const facts = { codec, width, height, fps: FPS };
    this.become({ [stream === 'main' ? 'video' : 'sub']: facts });
  }

  loseSub(): void {
    const { sub: _, ...state } = this.state;
    this.state = state;
    this.become({});
  }

  become(change: Partial<CameraState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener(this.state);
  }

  onState(listener: (state: CameraState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  watch({ stream = 'main', ...options }: WatchOptions) {
    this.watched.push(stream);
    return this.#rings[stream].watch(options);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#rings.main.close();
    this.#rings.sub.close();
  }
}

interface Options {
  wanted?: { width: number; height: number };
  encoder?: VideoEncoder;
  start?: StartChild;
  time?: Clock;
}

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

function view(camera: TwoStreams, options: Options = {}) {
  const {
    wanted = { width: 640, height: 360 },
    encoder = SOFTWARE_ENCODER,
    start = startChild,
    time = clock,
  } = options;
  const stop = new AbortController();
  const units: Buffer[] = [];
  const times: number[] = [];
  const programs: { args: readonly string[]; running: boolean }[] = [];
  const warnings: string[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (line: string) => void warnings.push(line) };
  const counted: StartChild = (file, args, childOptions) => {
    const child = start(file, args, childOptions);
    const program = { args, running: true };
    programs.push(program);
    void child.exited.then(() => {
      program.running = false;
    });
    return child;
  };
  const wish = new VideoWish({ ...wanted, fps: 30, kbps: 299, profile: 1, level: 2 });
  const startedAt = clock.now();
  const ended = sendLiveVideo({
    ...{ wish, startedAt, log, remote: false, maxPayload: 10_000_000, onPicture: () => {} },
    ...{ camera: camera as unknown as Camera, startChild: counted, clock: time, signal: stop.signal },
    timeline: createLiveTimeline(startedAt),
    ffmpeg: { ...ffmpeg, encoders: new Set(['libx264', encoder.name]) },
    encoders: createEncoderChoice(encoder, { clock, log }),
    rtp: {
      send(payload, seconds, marker) {
        units.push(payload);
        if (marker) times.push(seconds);
      },
    },
  });
  cleanUps.push(async () => {
    stop.abort();
    await ended.catch(() => {});
    camera.close();
    expect(camera.listeners).toBe(0);
    expect(programs.filter(({ running }) => running)).toEqual([]);
  });
  /** Waits for so many further pictures. */
  const pictures = (more: number) => {
    const wanted = times.length + more;
    return expect.poll(() => times.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(wanted);
  };
  const increasing = () => times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0));
  return { wish, programs, warnings, ended, pictures, increasing, times, sizes: () => sizesOf(units) };
}

/** Width and height of each picture, as ffprobe decodes them. */
function sizesOf(units: readonly Buffer[]): string[] {
  const stream = Buffer.concat(units.flatMap(unpacked).flatMap((unit) => [Buffer.of(0, 0, 0, 1), unit]));
  const shown = ['-v', 'error', '-show_entries', 'frame=width,height', '-of', 'csv=p=0'];
  const text = execFileSync('ffprobe', [...shown, '-f', 'h264', '-i', 'pipe:0'], {
    input: stream,
    encoding: 'utf8',
  });
  const lines = text.split('\n').filter((line) => /^\d/.test(line));
  return lines.map((line) => line.split(',').slice(0, 2).join('x'));
}

/** The NAL units of an RTP payload: several in one of type 24 (STAP-A), each behind its length. */
function unpacked(payload: Buffer): Buffer[] {
  if ((payload.readUInt8(0) & 0x1f) !== 24) return [payload];
  const units: Buffer[] = [];
  for (let at = 1; at < payload.length; at += 2 + payload.readUInt16BE(at))
    units.push(payload.subarray(at + 2, at + 2 + payload.readUInt16BE(at)));
  return units;
}

function played(streams: { main?: Stream; sub?: Stream }): TwoStreams {
  const camera = new TwoStreams();
  if (streams.main) camera.play('main', streams.main);
  if (streams.sub) camera.play('sub', streams.sub);
  return camera;
}

describe('the picture of a live view', () => {
  it('is the main stream as it is, for a phone at home', async () => {
    const camera = played({ main: hd, sub: small });
    const { pictures, programs, sizes, increasing } = view(camera);
    await pictures(25);
    expect(programs).toEqual([]);
    expect(camera.watched).toEqual(['main']);
    expect(new Set(sizes())).toEqual(new Set(['640x360']));
    expect(increasing()).toBe(true);
  });

  it('is the sub-stream where that is as large as asked for, and the main stream when it goes', async () => {
    const camera = played({ main: hd, sub: small });
    const { pictures, programs, sizes, increasing } = view(camera, { wanted: { width: 320, height: 240 } });
    await pictures(20);
    camera.loseSub();
    await pictures(20);
    expect(camera.watched).toEqual(['sub', 'main']);
    expect(programs).toHaveLength(1);
    // First copied, then made small out of the main stream.
    expect(new Set(sizes())).toEqual(new Set(['320x180']));
    expect(increasing()).toBe(true);
  });

  it('waits for a camera that is not there yet, and then chooses', async () => {
    const camera = new TwoStreams();
    const { pictures, sizes } = view(camera, { wanted: { width: 320, height: 240 } });
    await expect.poll(() => camera.watched).toEqual(['main']);
    camera.play('sub', small);
    camera.play('main', hd);
    await pictures(5);
    expect(camera.watched).toEqual(['main', 'sub']);
    expect(new Set(sizes())).toEqual(new Set(['320x180']));
  });

  it('becomes smaller when the viewer asks for less and it is encoded anyway', async () => {
    const camera = played({ main: reordered });
    const { wish, pictures, programs, sizes, increasing } = view(camera);
    await pictures(15);
    wish.change({ width: 160, height: 90, fps: 30, kbps: 60 });
    await expect.poll(() => programs.length, { timeout: 15_000 }).toBe(2);
    await pictures(15);
    expect([...new Set(sizes())]).toEqual(['640x360', '160x90']);
    expect(programs[1]?.args).toContain('60k');
    expect(increasing()).toBe(true);
  });

  it('stays as it is when the viewer asks for less and it is copied', async () => {
    const { wish, pictures, programs } = view(played({ main: hd }));
    await pictures(5);
    wish.change({ width: 160, height: 90, fps: 30, kbps: 60 });
    await pictures(20);
    expect(programs).toEqual([]);
  });

  it('is encoded anew as soon as B-frames show, in the order in which they are seen', async () => {
    const camera = played({ main: reordered });
    const { pictures, programs, increasing, sizes } = view(camera);
    await pictures(25);
    expect(programs).toHaveLength(1);
    expect(increasing()).toBe(true);
    expect(sizes().length).toBeGreaterThan(20);
  });
});

describe('hardware that', () => {
  const hardware: VideoEncoder = { name: 'h264_nvenc', hardware: true };
  const watch = { width: 160, height: 120 };

  it('does not start is replaced by software, which is said once', async () => {
    const { pictures, programs, warnings, sizes } = view(played({ main: hd }), {
      wanted: watch,
      encoder: hardware,
    });
    await pictures(10);
    expect(programs.map(({ args }) => args[args.indexOf('-c:v') + 1])).toEqual(['h264_nvenc', 'libx264']);
    expect(warnings).toEqual(['The video encoder h264_nvenc failed; software encodes instead.']);
    expect(new Set(sizes())).toEqual(new Set(['160x90']));
  });

  it('takes pictures and gives none is replaced as well', async () => {
    const swallowing: StartChild = (file, args, options) =>
      args.includes('h264_nvenc')
        ? startChild('/bin/sh', ['-c', 'exec cat > /dev/null'], options)
        : startChild(file, args, options);
    const hasty: Clock = { ...clock, after: (ms, run) => clock.after(ms / 10, run) };
    const camera = played({ main: hd });
    const { pictures, programs } = view(camera, {
      wanted: watch,
      encoder: hardware,
      start: swallowing,
      time: hasty,
    });
    await pictures(10);
    expect(programs).toHaveLength(2);
  });
});

it('ends with a sentence when software stops', async () => {
  const failing: StartChild = (_, __, options) => startChild('/bin/false', [], options);
  const { ended } = view(played({ main: hd }), { wanted: { width: 160, height: 120 }, start: failing });
  await expect(ended).rejects.toThrow('The conversion of the picture for live view stopped.');
});
