import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../simulator/simulator-process.ts';
import { type StartChild, startChild } from '../system/child.ts';
import { sleep, systemClock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { ProblemError } from '../system/problem.ts';
import type { Camera, CameraState, TalkSession } from './contract.ts';
import { type Ffmpeg, findFfmpeg } from './ffmpeg.ts';
import { openCamera } from './rtsp-camera.ts';
import { jpegSize } from './still-parser.ts';
import type { CameraTalk } from './talk/contract.ts';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

let simulator: Simulator;
let ffmpeg: Ffmpeg;
/** Programs that run, by what they were started as. */
let running: Set<string>;
let started: number;

const counted: StartChild = (file, args, options) => {
  const child = startChild(file, args, options);
  const name = `${++started}: ${args.join(' ')}`;
  running.add(name);
  void child.exited.then(() => running.delete(name));
  return child;
};

beforeAll(async () => {
  ffmpeg = await findFfmpeg({}, { startChild, clock: systemClock });
  simulator = await startSimulator({ size: '640x360', fps: 10, gopSeconds: 1 });
}, 60_000);

afterAll(() => simulator?.[Symbol.asyncDispose]());

function open(options: { privacy?: boolean; talk?: CameraTalk } = {}): Camera {
  running = new Set();
  started = 0;
  return openCamera(
    {
      ref: { id: '01', name: 'Front door', slug: 'front-door' },
      ...{ kind: 'doorbell', main: simulator.main, detect: simulator.sub, transport: 'tcp', ...options },
    },
    { ffmpeg, startChild: counted, clock: systemClock, log: quiet },
  );
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(systemClock, 20);
}

const sessions = async () => (await simulator.state()).sessions.length;

describe('privacy mode', { timeout: 90_000 }, () => {
  it('ends readers, watchers, pictures and small pictures, and shows a plain picture', async () => {
    await using camera = open();
    let frames = 0;
    camera.onSmallFrame(() => void frames++);
    await until(() => camera.state.online && camera.state.sub !== undefined && frames > 0);
    const states: CameraState[] = [];
    camera.onState((state) => states.push(state));
    const watchers = (['main', 'sub'] as const).map(async (stream) => {
      for await (const _ of camera.watch({ stream, signal: new AbortController().signal }));
    });
    const underWay = camera.snapshot({ maxAgeMs: 0 });

    await camera.setPrivacy(true);
    expect(running.size).toBe(0);
    await Promise.all(watchers);
    expect((await underWay).source).toBe('privacy');
    expect(camera.state).toMatchObject({ online: false, privacy: true });
    expect(camera.state.problem).toBeUndefined();
    expect(camera.state.sub).toBeUndefined();
    expect(states.map(({ online, privacy }) => ({ online, privacy }))).toEqual([
      { online: false, privacy: true },
    ]);
    const still = await camera.snapshot();
    expect(still).toMatchObject({ source: 'privacy', width: 640, height: 360 });
    expect(jpegSize(still.jpeg)).toEqual({ width: 640, height: 360 });
    for await (const _ of camera.watch({ signal: new AbortController().signal }))
      expect.unreachable('nothing can be watched');
    await until(async () => (await sessions()) === 0);
    const seen = frames;

    await camera.setPrivacy(false);
    expect(camera.state.privacy).toBe(false);
    await until(() => camera.state.online && frames > seen);
    // What was seen before is not shown again.
    for await (const item of camera.watch({ agoMs: 60_000, signal: AbortSignal.timeout(30_000) }))
      if (item.type === 'init') expect(item.generation).toBe(2);
      else break;
  });

  it('that is on at the start opens nothing', async () => {
    await using camera = open({ privacy: true });
    expect(camera.state).toMatchObject({ online: false, privacy: true });
    expect((await camera.snapshot()).source).toBe('privacy');
    await camera.setPrivacy(true);
    await Promise.all([camera.setPrivacy(false), camera.setPrivacy(true)]);
    expect(started).toBe(0);
    expect(camera.state.privacy).toBe(true);
    await camera.setPrivacy(false);
    await until(() => camera.state.online);
  });

  it.each([
    [[true, false, true], true],
    [[false, true, false, true, false], false],
  ])('toggled quickly as %j ends as asked last', async (wishes, privacy) => {
    await using camera = open();
    await until(() => camera.state.online);
    await Promise.all(wishes.map((wish) => camera.setPrivacy(wish)));
    expect(camera.state.privacy).toBe(privacy);
    if (privacy) expect(running.size).toBe(0);
    else await until(() => camera.state.online);
    // Each stream is read once, not once for each wish.
    await until(async () => (await sessions()) === (privacy ? 0 : 2));
  });

  it('does not begin to read when the camera is closed meanwhile', async () => {
    const camera = open();
    await until(() => camera.state.online);
    const hiding = camera.setPrivacy(true);
    const showing = camera.setPrivacy(false);
    await camera[Symbol.asyncDispose]();
    await Promise.all([hiding, showing]);
    expect(running.size).toBe(0);
  });

  it('hangs up, and lets nobody speak', async () => {
    const talk = new FakeTalk();
    await using camera = open({ talk });
    expect(camera.talkVia).toBe('backchannel');
    await until(() => camera.state.online);
    const session = await camera.talk({ signal: new AbortController().signal });
    let hidden = false;
    const hiding = camera.setPrivacy(true).then(() => {
      hidden = true;
    });
    await until(() => running.size === 0);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    // Not before the camera is free of the speaker, too.
    expect(hidden).toBe(false);
    talk.hangUp.resolve();
    await hiding;
    expect(await session.ended).toBe('hung up');
    const refused = await camera.talk({ signal: new AbortController().signal }).catch((error) => error);
    expect(refused).toBeInstanceOf(ProblemError);
    expect(refused.problem.code).toBe('privacy-on');
    // A camera that takes long to open may have said so before.
    expect(talk.online.slice(-2)).toEqual([true, false]);
    await camera[Symbol.asyncDispose]();
    expect(talk.disposed).toBe(true);
  });
});

class FakeTalk implements CameraTalk {
  readonly via = 'backchannel';
  /** What it was told, without repetitions. */
  readonly online: boolean[] = [];
  disposed = false;
  /** Until then its speaker's way stays open. */
  readonly hangUp = Promise.withResolvers<void>();

  onVia(): () => void {
    return () => {};
  }

  setOnline(online: boolean): void {
    if (this.online.at(-1) !== online) this.online.push(online);
  }

  async talk({ signal }: { signal: AbortSignal }): Promise<TalkSession> {
    const ended = new Promise<string>((resolve) =>
      signal.addEventListener('abort', () => void this.hangUp.promise.then(() => resolve('hung up')), {
        once: true,
      }),
    );
    return { sampleRate: 16_000, ended, write() {}, async [Symbol.asyncDispose]() {} };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposed = true;
  }
}
