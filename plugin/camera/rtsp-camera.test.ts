import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator-process.ts';
import { type StartChild, startChild } from '../system/child.ts';
import { sleep, systemClock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { ProblemError } from '../system/problem.ts';
import type { Camera, CameraState, MediaItem, SmallFrame } from './contract.ts';
import { type Ffmpeg, findFfmpeg } from './ffmpeg.ts';
import { openCamera, type RtspCameraOptions } from './rtsp-camera.ts';
import { jpegSize } from './still-parser.ts';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
const ref = { id: '01', name: 'Front door', slug: 'front-door' };

let simulator: Simulator;
let ffmpeg: Ffmpeg;

beforeAll(async () => {
  ffmpeg = await findFfmpeg({}, { startChild, clock: systemClock });
  simulator = await startSimulator({
    user: 'admin',
    password: 's3cret',
    size: '640x360',
    fps: 10,
    gopSeconds: 1,
  });
}, 60_000);

afterAll(() => simulator?.[Symbol.asyncDispose]());

function open(
  options: Partial<RtspCameraOptions> & { log?: Log; start?: StartChild; without?: 'ffmpeg' } = {},
): Camera {
  const { log = quiet, start = startChild, without, ...rest } = options;
  return openCamera(
    { ref, kind: 'doorbell', main: simulator.main, transport: 'tcp', ...rest },
    { ffmpeg: without ? undefined : ffmpeg, startChild: start, clock: systemClock, log },
  );
}

/** Resolves with the first state that fits. */
async function stateOf(camera: Camera, fits: (state: CameraState) => boolean): Promise<CameraState> {
  if (fits(camera.state)) return camera.state;
  return new Promise((resolve) => {
    const end = camera.onState((state) => {
      if (!fits(state)) return;
      end();
      resolve(state);
    });
  });
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(systemClock, 50);
}

const online = (camera: Camera) => stateOf(camera, (state) => state.online);

/** Starts programs, and knows how many of them run. */
function counting(): { start: StartChild; running: () => number } {
  let running = 0;
  const start: StartChild = (...given) => {
    const child = startChild(...given);
    running++;
    void child.exited.then(() => running--);
    return child;
  };
  return { start, running: () => running };
}

describe('a camera on a real RTSP stream', { timeout: 90_000 }, () => {
  it.concurrent('comes online and says what it sends', async () => {
    await using camera = open();
    await online(camera);
    const measured = await stateOf(camera, (state) => Math.abs((state.video?.gopMs ?? 0) - 1000) < 150);
    expect(measured).toMatchObject({
      online: true,
      video: { codec: 'h264', width: 640, height: 360 },
      audio: { codec: 'aac' },
    });
    expect(measured.problem).toBeUndefined();
  });

  it.concurrent('gives a watcher the header, then media from a keyframe on', async () => {
    await using camera = open();
    const stop = new AbortController();
    const items: MediaItem[] = [];
    for await (const item of camera.watch({ signal: stop.signal })) {
      items.push(item);
      if (items.length === 40) stop.abort();
    }
    const [init, first, ...rest] = items;
    expect(init).toMatchObject({ type: 'init', tracks: [{ codec: 'h264', width: 640 }, { codec: 'aac' }] });
    expect(first).toMatchObject({ type: 'fragment', keyframe: true, track: 1 });
    const fragments = rest.filter((item) => item.type === 'fragment');
    expect(new Set(fragments.map((fragment) => fragment.track))).toEqual(new Set([1, 2]));
    expect(
      fragments.every((fragment, index) => index === 0 || fragment.seq > (fragments[index - 1]?.seq ?? 0)),
    ).toBe(true);
  });

  it.concurrent('gives a JPEG of the full size without starting a program, and small pictures of the sub-stream', async () => {
    await using camera = open({ detect: simulator.sub });
    const frames: SmallFrame[] = [];
    camera.onSmallFrame((frame) => frames.push(frame));
    let still = await camera.snapshot().catch(() => undefined);
    await until(async () => {
      still = await camera.snapshot({ maxAgeMs: 60_000 }).catch(() => undefined);
      return still?.width === 640 && still.source === 'decoded';
    });
    expect(still && jpegSize(still.jpeg)).toEqual({ width: 640, height: 360 });
    expect(still?.jpeg.subarray(-2).toString('hex')).toBe('ffd9');
    await until(() => frames.length >= 5);
    const frame = frames.at(-1);
    expect(frame?.width).toBe(320);
    expect(frame?.luma.length).toBe(320 * (frame?.height ?? 0));
    // A picture, not one colour.
    expect(new Set(frame?.luma).size).toBeGreaterThan(10);
  });

  it.concurrent('does with one stream for both', async () => {
    await using camera = open();
    const frame = await new Promise<SmallFrame>((resolve) => camera.onSmallFrame(resolve));
    expect(frame.width).toBe(320);
    await until(async () => (await camera.snapshot().catch(() => undefined))?.source === 'decoded');
  });

  it.concurrent('says that the password is wrong, and never logs one', async () => {
    const lines: string[] = [];
    const keep = (line: string) => void lines.push(line);
    const log = { debug: keep, info: keep, warn: keep, error: keep };
    await using camera = open({ main: simulator.main.replace('s3cret', 'not-it'), log });
    const { online, problem } = await stateOf(camera, (state) => state.problem !== undefined);
    expect(online).toBe(false);
    expect(problem?.code).toBe('wrong-password');
    await expect(camera.snapshot()).rejects.toThrow(/no picture/);
    expect(lines.join('\n')).not.toMatch(/not-it|s3cret/);
  });

  it.concurrent('says that nothing answers', async () => {
    await using camera = open({ main: 'rtsp://127.0.0.1:1/main' });
    const { problem } = await stateOf(camera, (state) => state.problem !== undefined);
    expect(problem).toMatchObject({
      code: 'camera-unreachable',
      what: expect.stringContaining('127.0.0.1:1'),
    });
  });

  it.concurrent('gives the sub-stream, without sound, and says what it is', async () => {
    await using camera = open({ detect: simulator.sub });
    const { sub } = await stateOf(camera, (state) => state.sub !== undefined);
    expect(sub).toMatchObject({ codec: 'h264', height: 360 });
    const stop = new AbortController();
    const items: MediaItem[] = [];
    for await (const item of camera.watch({ stream: 'sub', signal: stop.signal })) {
      items.push(item);
      if (items.length === 15) stop.abort();
    }
    expect(items[0]).toMatchObject({ type: 'init', tracks: [{ kind: 'video', height: 360 }] });
    expect(items[1]).toMatchObject({ type: 'fragment', keyframe: true });
  });

  it.concurrent('gives its main stream as the sub-stream when there is no other', async () => {
    await using camera = open();
    for await (const item of camera.watch({ stream: 'sub', signal: AbortSignal.timeout(30_000) })) {
      expect(item).toMatchObject({ type: 'init', tracks: [{ kind: 'video' }, { kind: 'audio' }] });
      break;
    }
    expect(camera.state.sub).toBeUndefined();
  });

  it.concurrent('is offline, and harmless, without ffmpeg', async () => {
    await using camera = open({ without: 'ffmpeg' });
    expect(camera.state).toMatchObject({ online: false, problem: { code: 'no-ffmpeg' } });
    await expect(camera.snapshot()).rejects.toThrow(/no picture/);
  });

  it('keeps one session a stream, however many watch', async () => {
    await using camera = open({ detect: simulator.sub });
    await online(camera);
    const stop = new AbortController();
    const watchers = [1, 2, 3].map(async () => {
      for await (const item of camera.watch({ signal: stop.signal }))
        if (item.type === 'fragment') return item.keyframe;
      return false;
    });
    expect(await Promise.all(watchers)).toEqual([true, true, true]);
    await camera.snapshot();
    stop.abort();
    await until(async () => (await simulator.state()).sessions.length === 2);
  });

  it('comes back after the camera dropped the connection, as a new generation in the same iteration', async () => {
    await using camera = open();
    const stop = new AbortController();
    const seen: string[] = [];
    let dropped = false;
    for await (const item of camera.watch({ signal: stop.signal })) {
      if (item.type === 'init') seen.push('init');
      else if (seen.at(-1) === 'init') seen.push(item.keyframe ? 'keyframe' : 'no keyframe');
      if (!dropped && seen.length === 2) {
        dropped = true;
        await simulator.fault('drop');
      }
      if (seen.length === 4) stop.abort();
    }
    expect(seen).toEqual(['init', 'keyframe', 'init', 'keyframe']);
    await online(camera);
  });

  it('asks where the stream is before each connection, and says what asking found wrong', async () => {
    const problem = { code: 'onvif-refused', what: 'The camera refuses the ONVIF user.', cure: 'Make one.' };
    let asked = 0;
    await using camera = open({
      main: async () => {
        asked++;
        if (asked === 1) throw new ProblemError(problem);
        if (asked === 2) return 'http://127.0.0.1/';
        return simulator.main;
      },
    });
    expect((await stateOf(camera, (state) => state.problem !== undefined)).problem).toEqual(problem);
    await stateOf(camera, (state) => state.problem?.code === 'no-stream-address');
    expect((await online(camera)).problem).toBeUndefined();
    await simulator.fault('drop');
    await until(() => asked > 3);
  });

  it('leaves no program behind', async () => {
    const { start, running } = counting();
    const camera = open({ detect: simulator.sub, start });
    await online(camera);
    await until(() => running() >= 2);
    const watching = (async () => {
      for await (const _ of camera.watch({ signal: new AbortController().signal }));
    })();
    await camera[Symbol.asyncDispose]();
    await watching;
    expect(running()).toBe(0);
  });

  it.concurrent('opens the stream anew when the camera changes its size', async () => {
    await using changing = await startSimulator({ size: '640x360', fps: 10, gopSeconds: 1 });
    await using camera = open({ main: changing.main });
    await online(camera);
    await changing.fault('resolution');
    const after = await stateOf(camera, (state) => state.online && state.video?.width !== 640);
    expect(after.video?.width).toBeGreaterThan(0);
  });

  it.concurrent('has its picture back within 5 s of a camera that was away, and meanwhile the last one', async () => {
    const kind = { size: '320x240', fps: 10, gopSeconds: 1, sub: 'none' } as const;
    const before = await startSimulator(kind);
    const rtspPort = Number(new URL(before.main).port);
    const { start, running } = counting();
    await using camera = open({ main: before.main, start });
    await until(() => camera.state.online);
    await before[Symbol.asyncDispose]();
    await stateOf(camera, (state) => state.problem?.code === 'camera-unreachable');
    expect((await camera.snapshot()).width).toBe(320);
    await until(() => running() === 0);
    await using _after = await startSimulator({ ...kind, rtspPort });
    const back = performance.now();
    await online(camera);
    expect(performance.now() - back).toBeLessThan(5000);
    expect(camera.state.problem).toBeUndefined();
    // A press just now finds a new picture, not the last one before.
    const { takenAt } = await camera.snapshot({ maxAgeMs: 1000 });
    expect(Date.now() - takenAt).toBeLessThan(1500);
  });
});
