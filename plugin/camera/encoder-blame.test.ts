import { describe, expect, it } from 'vitest';
import { blamesEncoder } from './encoder-blame.ts';
import type { ReaderEnd } from './reader-problem.ts';

const vaapi = { name: 'h264_vaapi', hardware: true } as const;
const exit = (line: string, signal: NodeJS.Signals | null = null): ReaderEnd => ({
  kind: 'exit',
  exit: { code: signal ? null : 1, signal, stderrTail: ['[error] something else', line] },
});
const NAMED = '[h264_vaapi @ 0x55] [error] No usable encoding profile found.';

describe('the encoder is blamed', () => {
  it.each<[string, ReaderEnd, boolean, boolean]>([
    ['when ffmpeg names it', exit(NAMED), false, true],
    ['when its device cannot be opened', exit('Device creation failed: -22.'), false, true],
    [
      'as a newer ffmpeg names it',
      exit('[vost#0:0/h264_vaapi @ 0x5] [error] Error initializing a filtergraph'),
      false,
      true,
    ],
    ['not for what a camera does', exit('[rtsp @ 0x1] [error] method PLAY failed: 500'), false, false],
    ['not for a stall', { kind: 'stall', seconds: 15 }, false, false],
    ['not for an ffmpeg that was killed', exit(NAMED, 'SIGKILL'), false, false],
    ['not once it has given pictures', exit(NAMED), true, false],
    [
      'not when no picture came to it',
      exit('[vost#0:0/h264_vaapi @ 0x5] [error] Could not open encoder before EOF'),
      false,
      false,
    ],
  ])('%s', (_, end, began, expected) => {
    expect(blamesEncoder(end, vaapi, { began })).toBe(expected);
  });

  it('never in software', () => {
    const end = exit('[libx264 @ 0x55] [error] Error setting preset');
    expect(blamesEncoder(end, { name: 'libx264', hardware: false }, { began: false })).toBe(false);
  });
});
