import { buffer } from 'node:stream/consumers';
import { beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { startChild } from '../system/child.ts';
import { MediaAssembler } from './media-assembler.ts';
import { BoxSplitter } from './mp4-boxes.ts';
import { box } from './mp4-build.ts';

/** As a reader has it on its pipes, in pieces: a header, then one picture or frame of sound each. */
let pictures: Buffer[];
let sounds: Buffer[];

beforeAll(async () => {
  pictures = await pieces(['testsrc=s=64x48:r=5', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '5']);
  sounds = await pieces(['sine=r=16000', '-c:a', 'aac']);
});

async function pieces([source = '', ...codec]: string[]): Promise<Buffer[]> {
  const mp4 = ['-movflags', 'frag_every_frame+empty_moov+default_base_moof', '-f', 'mp4', 'pipe:1'];
  const child = startChild('ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    source,
    '-t',
    '3',
    ...codec,
    ...mp4,
  ]);
  const [output] = child.outputs;
  if (!output) throw new Error('ffmpeg has no output');
  return new BoxSplitter().push(await buffer(output)).map(({ data }) => data);
}

test('sound that comes late begins a generation of its own, at a keyframe', () => {
  const clock = new ManualClock();
  let generation = 1;
  const assembler = new MediaAssembler({
    generation,
    audio: true,
    clock,
    nextGeneration: () => ++generation,
  });
  const [header, ...frames] = pictures;
  const items = assembler.pushVideo(header as Buffer);
  clock.advance(2000);
  for (const frame of frames.slice(0, 7)) items.push(...assembler.pushVideo(frame));
  for (const sound of sounds.slice(0, 3)) items.push(...assembler.pushAudio(sound));
  for (const frame of frames.slice(7)) items.push(...assembler.pushVideo(frame));
  for (const sound of sounds.slice(3)) items.push(...assembler.pushAudio(sound));

  const inits = items.filter((item) => item.type === 'init');
  expect(inits.map(({ tracks }) => tracks.map(({ kind }) => kind))).toEqual([['video'], ['video', 'audio']]);
  const second = items.slice(items.findLastIndex((item) => item.type === 'init') + 1);
  expect(second[0]).toMatchObject({ generation: 2, seq: 0, track: 1, keyframe: true, time: 2 });
  expect(second.some((item) => item.type === 'fragment' && item.track === 2)).toBe(true);
  // No picture is lost, and no sound is in a generation that has none.
  const fragments = items.filter((item) => item.type === 'fragment');
  expect(fragments.filter(({ track }) => track === 1).length).toBe(frames.length);
  expect(fragments.filter(({ track }) => track === 2).every((item) => item.generation === 2)).toBe(true);
});

test('sound that nobody knows is said to be broken, and the picture goes on', () => {
  const clock = new ManualClock();
  const assembler = new MediaAssembler({ generation: 1, audio: true, clock });
  assembler.pushAudio(box('moov', box('mvhd', Buffer.alloc(100))));
  expect(assembler.audioBroken).toBe('a header without a readable track');
  expect(assembler.videoBroken).toBeUndefined();
});
