import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { Exit, StartChild } from '../system/child.ts';
import { KeyframeDecoder } from './keyframe-decoder.ts';

/** The least that has a size: start of image, then a frame header. */
const JPEG = Buffer.from('ffd8ffc0000b0800300040010111000000', 'hex');
const PART = Buffer.concat([Buffer.from(`Content-length: ${JPEG.length}\r\n\r\n`), JPEG]);

test('keyframes that give no picture do not date the pictures after them for ever', async () => {
  const clock = new ManualClock();
  const output = new PassThrough();
  const exit: Exit = { code: 0, signal: null, stderrTail: [] };
  const startChild: StartChild = () => ({
    ...{ pid: 1, stdin: new PassThrough().resume(), outputs: [output], exited: new Promise<Exit>(() => {}) },
    stop: async () => exit,
    [Symbol.asyncDispose]: async () => {},
  });
  const ages: number[] = [];
  await using decoder = new KeyframeDecoder(
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
    },
    ({ at }) => ages.push(clock.now() - at),
  );
  decoder.push({ type: 'init', generation: 1, data: Buffer.alloc(8), tracks: [] });
  for (let seq = 0; seq < 20; seq++) {
    clock.advance(1000);
    decoder.push({
      ...{ type: 'fragment', generation: 1, seq, at: clock.now(), track: 1, time: seq, duration: 1 },
      ...{ keyframe: true, data: Buffer.alloc(8) },
    });
  }
  output.write(PART);
  await expect.poll(() => ages).toEqual([2000]);
});
