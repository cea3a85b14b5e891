import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { Exit, StartChild } from '../system/child.ts';
import type { Log } from '../system/log.ts';
import { ProblemError } from '../system/problem.ts';
import { MaskTrust } from './mask-trust.ts';
import type { Polygon } from './masks.ts';
import { StreamMasks } from './stream-masks.ts';
import { SOFTWARE_ENCODER } from './video-encoder.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {} };
const LEFT: Polygon = [
  [0, 0],
  [0.5, 0],
  [0.5, 1],
  [0, 1],
];
const luma = (hidden: number) =>
  Buffer.from(Array.from({ length: 800 }, (_, index) => (index % 40 < 20 ? hidden : (index % 40) * 6)));
const stream = { url: 'rtsp://10.0.0.2/main', transport: 'tcp', role: 'both' } as const;

interface Given {
  told?: () => Promise<boolean>;
  /** How dark the masked place is in a look; undefined: no picture comes. */
  seen?: () => number | undefined;
  says?: string;
}

function masking({ told = async () => true, seen = () => 16, says }: Given) {
  const clock = new ManualClock();
  let looks = 0;
  const startChild: StartChild = () => {
    looks++;
    const output = new PassThrough();
    const { promise: exited, resolve } = Promise.withResolvers<Exit>();
    const value = seen();
    if (value !== undefined)
      output.write(
        Buffer.concat([
          Buffer.from('YUV4MPEG2 W40 H20 F5:1 Ip A1:1 C420jpeg\nFRAME\n'),
          luma(value),
          Buffer.alloc(400, 128),
        ]),
      );
    const end = (stderrTail: string[]) => resolve({ code: 1, signal: null, stderrTail });
    if (says) end([says]);
    const stop = async () => {
      end([]);
      return exited;
    };
    return {
      ...{ pid: 1, stdin: undefined, outputs: [output], exited, stop },
      [Symbol.asyncDispose]: async () => void (await stop()),
    };
  };
  const encoders = { current: () => SOFTWARE_ENCODER, failed: () => false };
  const ffmpeg = { path: 'ffmpeg', major: 5, minor: 1, version: '5.1', origin: 'PATH' };
  const trust = new MaskTrust({ polygons: [LEFT], clock, log, onLost() {} });
  const masks = new StreamMasks(
    { masks: [LEFT], maskedByCamera: told },
    { ffmpeg: { ...ffmpeg, encoders: new Set(['libx264']) }, startChild, clock, log, encoders, trust },
  );
  /** Lets time pass, and all that follows from it. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 500) {
      clock.advance(500);
      for (let turn = 0; turn < 6; turn++) await new Promise(setImmediate);
    }
  };
  const stop = new AbortController();
  const connect = () => masks.forConnection(stream, stop.signal);
  return { clock, masks, trust, pass, stop, connect, looks: () => looks };
}

describe('who hides what the masks cover', () => {
  it('is the camera when its picture shows so', async () => {
    const { connect } = masking({});
    expect(await connect()).toMatchObject({ mask: undefined, byCamera: true });
  });

  it.each<[string, Given]>([
    ['the camera refuses', { told: async () => false }],
    ['it cannot be asked', { told: () => Promise.reject(new Error('offline')) }],
    ['its picture shows no mask', { seen: () => 120 }],
    ['it does not answer within 2 s', { told: () => new Promise(() => {}) }],
    ['no picture comes within 2 s', { seen: () => undefined }],
  ])('is the hub when %s', async (_, given) => {
    const { connect, pass } = masking(given);
    const connecting = connect();
    await pass(2000);
    const hiding = await Promise.race([connecting, new Promise((resolve) => setImmediate(resolve))]);
    expect(hiding).toMatchObject({ byCamera: false, mask: { encoder: SOFTWARE_ENCODER } });
  });

  it('is nobody when a look was refused: the same login is not tried again at once', async () => {
    const { connect } = masking({
      seen: () => undefined,
      says: '[rtsp @ 0x1] [error] method DESCRIBE failed: 401 Unauthorized',
    });
    const error = await connect().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect((error as ProblemError).problem.code).toBe('wrong-password');
  });

  it('is the camera later, when that comes to it', async () => {
    let online = false;
    const told = async () => (online ? true : Promise.reject(new Error('offline')));
    const { connect, pass, looks } = masking({ told });
    const first = await connect();
    await pass(20_000);
    expect(first.over.aborted).toBe(false);
    online = true;
    await pass(31_000);
    expect(first.over.aborted).toBe(true);
    await first[Symbol.asyncDispose]();
    // What was just seen holds for the connection that follows.
    expect(await connect()).toMatchObject({ byCamera: true });
    expect(looks()).toBe(1);
  });

  it('is the hub for a while after the camera has shown a picture without them', async () => {
    const { connect, pass, trust, looks } = masking({});
    const relying = await connect();
    expect(trust.see({ width: 40, height: 20, luma: luma(120) })).toBe(false);
    expect(relying.over.aborted).toBe(true);
    await relying[Symbol.asyncDispose]();
    const hiding = await connect();
    expect(hiding.byCamera).toBe(false);
    await pass(9 * 60_000);
    expect(looks()).toBe(1);
    await pass(2 * 60_000);
    expect(hiding.over.aborted).toBe(true);
  });

  it('leaves no timer behind', async () => {
    const { connect, clock } = masking({ told: async () => false });
    const hiding = await connect();
    expect(clock.pending).toBe(1);
    await hiding[Symbol.asyncDispose]();
    expect(clock.pending).toBe(0);
  });
});
