import { getEventListeners } from 'node:events';
import { PassThrough } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../protocol/api.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { makeStream, type Stream } from '../../test/support/recorded-media.ts';
import type { Exit, StartChild } from '../system/child.ts';
import type { Log } from '../system/log.ts';
import { ProblemError } from '../system/problem.ts';
import type { MediaItem } from './contract.ts';
import { LoginGate } from './login-gate.ts';
import type { Mask } from './reader-args.ts';
import type { Hiding } from './stream-masks.ts';
import { type SuperviseOptions, supervise } from './supervisor.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {} };
const ffmpeg = {
  path: 'ffmpeg',
  major: 5,
  minor: 1,
  version: '5.1',
  encoders: new Set<string>(),
  origin: 'PATH',
};
const hiding = (mask?: Mask, over = new AbortController().signal): Hiding => ({
  ...{ mask, byCamera: mask === undefined, over },
  [Symbol.asyncDispose]: async () => {},
});
const WRONG_PASSWORD = '[rtsp @ 0x1] [error] method DESCRIBE failed: 401 Unauthorized';
const REFUSED = '[rtsp @ 0x1] [error] Connection to tcp://10.0.0.2:554 failed: Connection refused';

let media: Stream;
beforeAll(async () => {
  media = await makeStream({
    input: ['-f', 'lavfi', '-i', 'testsrc=s=64x48:r=5'],
    seconds: 2,
    video: ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '5'],
  });
});

/** What one start of ffmpeg does: gives pictures for some seconds, then ends with these last words. */
interface Life {
  pictures?: boolean;
  says?: string;
  /** Goes on until it is stopped. */
  stays?: boolean;
}

/** Runs `supervise` on a clock that a test moves, with an ffmpeg that does as told. */
function run(
  lifeOf: (start: number) => Life,
  options: Partial<SuperviseOptions> & { reachable?: () => boolean; streams?: 1 | 2 } = {},
) {
  const { reachable = () => true, streams = 1, ...rest } = options;
  const clock = new ManualClock();
  const stop = new AbortController();
  const starts: { at: number; args: readonly string[] }[] = [];
  const problems: Problem[] = [];
  const items: MediaItem[] = [];
  const from = clock.monotonic();
  let running = 0;
  let looks = 0;
  let generation = 0;
  const startChild: StartChild = (_file, args) => {
    const life = lifeOf(starts.length);
    starts.push({ at: clock.monotonic() - from, args });
    running++;
    const output = new PassThrough();
    const { promise: exited, resolve } = Promise.withResolvers<Exit>();
    let ended = false;
    const end = (code: number) => {
      if (ended) return;
      ended = true;
      running--;
      resolve({ code, signal: null, stderrTail: life.says ? [life.says] : [] });
    };
    if (life.pictures)
      output.write(Buffer.concat([media.init.data, ...media.fragments.map(({ data }) => data)]));
    if (!life.stays) setImmediate(() => setImmediate(() => end(1)));
    const stopped = async () => {
      end(0);
      return exited;
    };
    return {
      ...{ pid: 1, stdin: undefined, outputs: [output], exited, stop: stopped },
      [Symbol.asyncDispose]: async () => void (await stopped()),
    };
  };
  const logins = new LoginGate({ clock, random: () => 0 });
  const start = () =>
    supervise(
      {
        source: 'rtsp://user:secret@10.0.0.2/stream',
        stream: { transport: 'tcp', role: 'main', audio: 'none' },
        signal: stop.signal,
        nextGeneration: () => ++generation,
        ...{ logins, hide: async () => hiding(), encoderFailed: () => false },
        connect: () => ({ media: (item) => items.push(item), still() {}, small() {} }),
        onDown: (problem) => problems.push(problem),
        ...rest,
      },
      {
        ...{ ffmpeg, startChild, clock, log, random: () => 0 },
        reach: async () => {
          looks++;
          return reachable();
        },
      },
    );
  const done = Promise.all(Array.from({ length: streams }, start));
  /** Lets time pass in small steps, and all that follows from each. */
  const pass = async (ms: number, step = 100) => {
    for (let passed = 0; passed < ms; passed += step) {
      clock.advance(step);
      for (let turn = 0; turn < 6; turn++) await new Promise(setImmediate);
    }
  };
  const end = async () => {
    stop.abort();
    await done;
  };
  return { clock, stop, starts, problems, items, pass, end, running: () => running, looks: () => looks };
}

describe('a stream that is kept open', { timeout: 60_000 }, () => {
  it('is opened again at once when its program dies', async () => {
    const camera = run((start) => ({ pictures: true, stays: start > 0 }));
    await camera.pass(300);
    expect(camera.starts.length).toBe(2);
    expect(camera.problems.map(({ code }) => code)).toEqual(['reader-ended']);
    await camera.end();
  });

  it('is tried again ever more slowly, but never slower than every 3 s while the camera takes connections', async () => {
    const camera = run(() => ({ says: 'Error opening input: something went wrong' }));
    await camera.pass(20 * 60_000, 250);
    const gaps = camera.starts.slice(1).map(({ at }, index) => at - (camera.starts[index]?.at ?? 0));
    expect(gaps.slice(0, 4)).toEqual([500, 1000, 2000, 2000]);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(3000);
    await camera.end();
  });

  it('waits for a camera that is away without starting programs, and is opened a second after it is back', async () => {
    let back = false;
    const camera = run(() => (back ? { pictures: true, stays: true } : { says: REFUSED }), {
      reachable: () => back,
    });
    await camera.pass(60 * 60_000, 500);
    expect(camera.starts.length).toBe(1);
    expect(camera.looks()).toBeGreaterThan(3000);
    expect(camera.problems.map(({ code }) => code)).toEqual(['camera-unreachable']);
    back = true;
    await camera.pass(1000);
    expect(camera.starts.length).toBe(2);
    expect(camera.items.length).toBeGreaterThan(0);
    await camera.end();
  });

  it('leaves nothing behind, however often it is opened again', async () => {
    const camera = run((start) => (start % 3 === 2 ? { says: REFUSED } : { pictures: true }));
    const seen: { timers: number; listeners: number; running: number }[] = [];
    while (camera.starts.length < 250) {
      await camera.pass(1000, 500);
      seen.push({
        timers: camera.clock.pending,
        listeners: getEventListeners(camera.stop.signal, 'abort').length,
        running: camera.running(),
      });
    }
    expect(Math.max(...seen.map(({ timers }) => timers))).toBeLessThanOrEqual(2);
    expect(Math.max(...seen.map(({ listeners }) => listeners))).toBeLessThanOrEqual(2);
    expect(Math.max(...seen.map(({ running }) => running))).toBeLessThanOrEqual(1);
    const generations = camera.items
      .filter(({ type }) => type === 'init')
      .map(({ generation }) => generation);
    expect(new Set(generations).size).toBe(generations.length);
    await camera.end();
    expect(camera.clock.pending).toBe(0);
    expect(getEventListeners(camera.stop.signal, 'abort')).toEqual([]);
    expect(camera.running()).toBe(0);
  });

  it('takes another encoder when a masked one fails, at once, and never goes without', async () => {
    const masks: Mask[] = ['h264_vaapi', 'libx264'].map((name) => ({
      filters: ['drawbox'],
      encoder: { name: name as 'libx264', hardware: name !== 'libx264' },
    }));
    let failures = 0;
    const camera = run(
      (start) => (start === 0 ? { says: 'Device creation failed: -22.' } : { stays: true }),
      {
        hide: async () => hiding(masks[failures]),
        encoderFailed: () => ++failures === 1,
      },
    );
    await camera.pass(100);
    expect(camera.starts.map(({ args }) => args[args.indexOf('-c:v') + 1])).toEqual([
      'h264_vaapi',
      'libx264',
    ]);
    // Whoever showed it as online hears of it.
    expect(camera.problems.length).toBe(1);
    await camera.end();
  });

  it('does not blame the encoder for a camera that is away', async () => {
    const camera = run(() => ({ says: REFUSED }), {
      hide: async () => hiding({ filters: ['drawbox'], encoder: { name: 'h264_vaapi', hardware: true } }),
      encoderFailed: () => expect.unreachable('the encoder did nothing wrong'),
    });
    await camera.pass(5000);
    expect(camera.problems[0]?.code).toBe('camera-unreachable');
    await camera.end();
  });

  it('tries a refused login ever more rarely, by one of its streams at a time', async () => {
    const camera = run(() => ({ says: WRONG_PASSWORD }), { streams: 2 });
    await camera.pass(60 * 60_000, 1000);
    // Both at first; then 30 s, 1, 2, 4, 8 and ever again 10 minutes later.
    expect(camera.starts.length).toBeGreaterThan(8);
    expect(camera.starts.length).toBeLessThan(13);
    expect(new Set(camera.problems.map(({ code }) => code))).toEqual(new Set(['wrong-password']));
    await camera.end();
  });

  it('lets both streams in as soon as the login is taken again', async () => {
    const camera = run((start) => (start < 3 ? { says: WRONG_PASSWORD } : { pictures: true, stays: true }), {
      streams: 2,
    });
    await camera.pass(92_000, 500);
    expect(camera.starts.length).toBe(5);
    expect(camera.running()).toBe(2);
    await camera.end();
  });

  it('starts no program for a login that the look for masks found wrong', async () => {
    let looks = 0;
    const camera = run(() => ({ stays: true }), {
      hide: async () => {
        looks++;
        throw new ProblemError({ code: 'wrong-password', what: 'No.', cure: 'Correct it.' });
      },
    });
    await camera.pass(80_000, 500);
    expect(looks).toBe(2);
    expect(camera.starts).toEqual([]);
    await camera.end();
  });

  it('is opened anew at once when something else is to hide its masks, and gives nothing more before', async () => {
    const over = new AbortController();
    const mask: Mask = { filters: ['drawbox'], encoder: { name: 'libx264', hardware: false } };
    const camera = run(() => ({ pictures: true, stays: true }), {
      hide: async () => (over.signal.aborted ? hiding(mask) : hiding(undefined, over.signal)),
      connect: ({ byCamera }) => ({
        media: (item) => {
          if (!byCamera) expect(over.signal.aborted).toBe(true);
          else expect(over.signal.aborted).toBe(false);
          if (item.type === 'fragment') over.abort();
        },
        still() {},
        small() {},
      }),
    });
    await camera.pass(200);
    expect(camera.starts.map(({ args }) => args.includes('libx264'))).toEqual([false, true]);
    expect(camera.problems).toEqual([]);
    await camera.end();
  });
});
