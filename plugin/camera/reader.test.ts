import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { makeStream } from '../../test/support/recorded-media.ts';
import type { Exit, StartChild } from '../system/child.ts';
import type { Log } from '../system/log.ts';
import { type ReaderSink, read } from './reader.ts';
import { firstHabits } from './reader-lessons.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {} };

test('a camera may keep its first keyframe back; after it, silence is a stall', async () => {
  const { init, fragments } = await makeStream({
    input: ['-f', 'lavfi', '-i', 'testsrc=s=64x48:r=5'],
    seconds: 1,
    video: ['-c:v', 'libx264', '-preset', 'ultrafast'],
  });
  const clock = new ManualClock();
  const output = new PassThrough();
  const startChild: StartChild = () => {
    const exit: Exit = { code: 0, signal: null, stderrTail: [] };
    const stop = async () => exit;
    return {
      ...{ pid: 1, stdin: undefined, outputs: [output], exited: new Promise<Exit>(() => {}), stop },
      [Symbol.asyncDispose]: async () => {},
    };
  };
  let items = 0;
  const sink: ReaderSink = { media: () => void items++, still() {}, small() {} };
  let ended = false;
  const end = read(
    { url: 'rtsp://10.0.0.2/s', transport: 'tcp', role: 'main', ...firstHabits('none') },
    { nextGeneration: () => 1, sink, signal: new AbortController().signal },
    {
      ffmpeg: {
        path: 'ffmpeg',
        major: 5,
        minor: 1,
        version: '5.1',
        encoders: new Set<string>(),
        origin: 'PATH',
      },
      startChild,
      clock,
      log,
    },
  ).finally(() => {
    ended = true;
  });
  /** The end of the reader, if it has come to it, is known after this. */
  const settle = () => new Promise(setImmediate);

  output.write(init.data);
  await expect.poll(() => items).toBe(1);
  clock.advance(12_000);
  await settle();
  expect(ended).toBe(false);
  output.write(fragments[0]?.data);
  await expect.poll(() => items).toBe(2);
  clock.advance(8_000);
  expect(await end).toEqual({ kind: 'stall', seconds: 6 });
});
