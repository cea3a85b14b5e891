import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator-process.ts';
import { expectMasked, isMasked, lightAt, luma, MASK, recorded } from '../../test/support/masked-picture.ts';
import { type StartChild, startChild } from '../system/child.ts';
import { sleep, systemClock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { Camera, CameraState, MediaItem, SmallFrame, Still } from './contract.ts';
import { type Ffmpeg, findFfmpeg } from './ffmpeg.ts';
import type { Polygon } from './masks.ts';
import { openCamera, type RtspCameraOptions } from './rtsp-camera.ts';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
/** Where the mask of the other tests is not. */
const CORNER: Polygon = [
  [0.8, 0],
  [1, 0],
  [1, 0.2],
  [0.8, 0.2],
];

let simulator: Simulator;
let ffmpeg: Ffmpeg;
/** Programs that run. */
const running = new Set<number | undefined>();

const counted: StartChild = (file, args, options) => {
  const child = startChild(file, args, options);
  running.add(child.pid);
  void child.exited.then(() => running.delete(child.pid));
  return child;
};

beforeAll(async () => {
  ffmpeg = await findFfmpeg({}, { startChild, clock: systemClock });
  simulator = await startSimulator({ size: '640x360', fps: 10, gopSeconds: 1 });
}, 60_000);

afterAll(() => simulator?.[Symbol.asyncDispose]());

function open(options: Partial<RtspCameraOptions> = {}): Camera {
  return openCamera(
    {
      ref: { id: '01', name: 'Front door', slug: 'front-door' },
      ...{ kind: 'doorbell', main: simulator.main, transport: 'tcp', ...options },
    },
    { ffmpeg, startChild: counted, clock: systemClock, log: quiet },
  );
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(systemClock, 50);
}

/** The newest small picture, and the first one after now. */
function watchFrames(camera: Camera) {
  const frames: SmallFrame[] = [];
  camera.onSmallFrame((frame) => void frames.push(frame));
  const next = async () => {
    const seen = frames.length;
    await until(() => frames.length > seen);
    return frames[seen] as SmallFrame;
  };
  return { frames, next };
}

const pictureOf = (camera: Camera, options = {}): Promise<Still | undefined> =>
  camera.snapshot(options).catch(() => undefined);

const sessions = async () => (await simulator.state()).sessions.length;

describe('masks that are drawn while the camera is read', { timeout: 120_000 }, () => {
  it('hide at once, in everything that it gives, also of the past, while watchers go on', async () => {
    await using camera = open({ detect: simulator.sub });
    const { frames, next } = watchFrames(camera);
    await until(async () => frames.length > 3 && (await pictureOf(camera))?.width === 640);
    expect(isMasked(frames.at(-1) as SmallFrame)).toBe(false);
    expect(isMasked(await luma((await camera.snapshot()).jpeg))).toBe(false);
    const states: CameraState[] = [];
    camera.onState((state) => states.push(state));
    const stop = new AbortController();
    let drawn = false;
    let forgets = 0;
    camera.onForget(() => void forgets++);
    const watched: MediaItem[] = [];
    const watching = (async () => {
      for await (const item of camera.watch({ signal: stop.signal })) if (drawn) watched.push(item);
    })();
    const underWay = [pictureOf(camera), pictureOf(camera, { maxAgeMs: 0 })];

    const changing = camera.setMasks([MASK]);
    // Whoever keeps pictures learns of it before anything else can happen.
    expect(forgets).toBe(1);
    await changing;
    drawn = true;
    frames.length = 0;
    for (const still of await Promise.all([...underWay, pictureOf(camera)]))
      if (still) expectMasked(await luma(still.jpeg));
    expectMasked(await next());
    for (const frame of frames) expectMasked(frame);
    for (const stream of ['main', 'sub'] as const) {
      const { init, fragments } = await recorded(camera, stream);
      expect(init.generation).toBe(2);
      expectMasked(await luma(Buffer.concat([init.data, ...fragments.map(({ data }) => data)])));
    }
    await until(async () => (await pictureOf(camera))?.width === 640);
    expectMasked(await luma((await camera.snapshot()).jpeg));
    for await (const item of camera.watch({ agoMs: 60_000, signal: AbortSignal.timeout(30_000) }))
      if (item.type === 'init') expect(item.generation).toBe(2);
      else break;

    stop.abort();
    await watching;
    expect(watched[0]).toMatchObject({ type: 'init', generation: 2 });
    expect(watched.every(({ generation }) => generation === 2)).toBe(true);
    expectMasked(await luma(Buffer.concat(watched.map(({ data }) => data))));
    // Nobody is told that it was away.
    expect(states.every(({ online }) => online)).toBe(true);
    await until(async () => (await sessions()) === 2);
  });

  it('come and go, and those of the configuration stay', async () => {
    await using camera = open({ masks: [MASK], drawnMasks: [CORNER] });
    const { next } = watchFrames(camera);
    const corner = async () => {
      const frame = await next();
      expectMasked(frame);
      return lightAt(frame, [0.9, 0.1]);
    };
    expect(await corner()).toBeLessThan(24);
    await camera.setMasks([]);
    expect(await corner()).toBeGreaterThan(24);
    await camera.setMasks([CORNER]);
    expect(await corner()).toBeLessThan(24);
  });

  it('hold after privacy mode in which they were drawn', async () => {
    await using camera = open({ privacy: true });
    const { frames, next } = watchFrames(camera);
    await camera.setMasks([MASK]);
    expect(running.size).toBe(0);
    await camera.setPrivacy(false);
    expectMasked(await next());
    await Promise.all([camera.setMasks([]), camera.setPrivacy(true)]);
    expect(running.size).toBe(0);
    frames.length = 0;
    await camera.setPrivacy(false);
    expect(isMasked(await next())).toBe(false);
  });

  it('changed quickly are those that were asked for last, and the same ones change nothing', async () => {
    await using camera = open();
    await until(() => camera.state.online);
    await Promise.all([[MASK], [], [CORNER], [MASK]].map((masks) => camera.setMasks(masks)));
    const { next } = watchFrames(camera);
    expectMasked(await next());
    const { init } = await recorded(camera, 'main');
    await camera.setMasks([MASK.map(([x, y]) => [x, y] as const)]);
    expect((await recorded(camera, 'main')).init.generation).toBe(init.generation);
    await until(async () => (await sessions()) === 1);
  });

  it('leave no program behind when the camera is closed meanwhile', async () => {
    const camera = open();
    await until(() => camera.state.online);
    const changing = camera.setMasks([MASK]);
    await camera[Symbol.asyncDispose]();
    await changing;
    await camera.setMasks([]);
    expect(running.size).toBe(0);
  });

  it('are told to a camera that masks by itself, all of them', async () => {
    const told: (readonly Polygon[])[] = [];
    const maskedByCamera = async (all: readonly Polygon[]) => {
      told.push(all);
      return false;
    };
    await using camera = open({ masks: [MASK], maskedByCamera });
    await until(() => told.length > 0);
    await camera.setMasks([CORNER]);
    await until(() => told.length > 1);
    expect(told.slice(0, 2)).toEqual([[MASK], [MASK, CORNER]]);
  });
});
