/** Clips of all forms that cameras and the recorder give, and what a check says to files that hold more than they may. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  makeNumberedStream,
  makeRecording,
  memoryFile,
  numberOf,
} from '../../../test/support/recorded-footage.ts';
import { lumas } from '../../../test/support/recorded-media.ts';
import { CLIP, grayPictures, makeClip, run } from '../../../test/support/redaction-clips.ts';
import { type Ffmpeg, findFfmpeg } from '../../camera/ffmpeg.ts';
import { openMoveNet } from '../../detection/models/movenet.ts';
import { fileMedia } from '../../recordings/file-media.ts';
import { startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import { checkJpeg } from './check-jpeg.ts';
import { checkMp4 } from './check-mp4.ts';
import type { Source } from './contract.ts';
import { usefulRate } from './decode.ts';
import { communityPlan, makePlan } from './make-plan.ts';
import { render, renderStill } from './render.ts';

let ffmpeg: Ffmpeg;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'forms-'));
  ffmpeg = await findFfmpeg({ configured: 'ffmpeg' }, { startChild, clock: systemClock });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOUSE = { zones: [], audioAllowed: true };
const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };
const OPEN = makePlan({ openings: [{ place: WHOLE, from: 0, to: 1e6 }] }, { recipient: 'police', ...HOUSE });
const LEFT = communityPlan({ openings: [{ place: { ...WHOLE, right: 0.5 }, from: 0, to: 1e6 }] }, HOUSE);

const options = () => ({
  ...{ ffmpeg, startChild, clock: systemClock, folder: join(folder, 'out'), onProgress() {} },
  signal: new AbortController().signal,
});

async function media(path: string): Promise<Source> {
  const source = await fileMedia(path);
  if (!source) throw new Error(`no ${path}`);
  return source;
}

/** Mean light of the left and the right half. */
function halves({ width, luma }: { width: number; luma: Uint8Array }): [number, number] {
  const mean = (wanted: (x: number) => boolean) => {
    const some = luma.filter((_, at) => wanted(at % width));
    return some.reduce((sum, value) => sum + value, 0) / some.length;
  };
  return [mean((x) => x < width / 2 - 16), mean((x) => x > width / 2 + 16)];
}

test.each<[string, () => string, { width: number; height: number; frames: number }]>([
  [
    'of HEVC',
    () => makeClip(folder, 'hevc.mp4', { codec: 'libx265' }),
    { width: 320, height: 180, frames: 10 },
  ],
  [
    'of odd sizes and full range',
    () => makeClip(folder, 'odd.mp4', { filters: 'scale=211:119:out_range=pc,format=yuvj444p' }),
    { width: 210, height: 118, frames: 10 },
  ],
  [
    'that is turned',
    () => makeClip(folder, 'turn.mp4', { turned: true }),
    { width: 180, height: 320, frames: 10 },
  ],
  [
    'whose pictures come when they come',
    () =>
      makeClip(folder, 'vfr.mp4', {
        filters: "select='not(mod(n,3))+between(n,12,18)',setpts=PTS+0.01*mod(N\\,2)/TB",
        output: ['-fps_mode', 'vfr'],
      }),
    { width: 320, height: 180, frames: -1 },
  ],
])('a clip %s', async (_, make, { width, height, frames }) => {
  const source = await media(make());
  const file = await render(LEFT, source, { ...options(), cut: { from: 1000, to: 2000 } });
  const pictures = grayPictures(file.path);
  expect(pictures[0]).toMatchObject({ width, height });
  if (frames > 0) expect(pictures).toHaveLength(frames);
  for (const picture of pictures) {
    const [left, right] = halves(picture);
    expect(left).toBeGreaterThan(60);
    expect(right).toBeLessThan(10);
  }
});

test.each(['0', '2'])(
  'a clip of the recorder, to the picture, with %s pictures out of order',
  async (bFrames) => {
    const stream = await makeNumberedStream({ seconds: 5, bFrames: Number(bFrames) });
    const { data } = makeRecording(stream, { id: 'a', startedAt: 0 });
    const file = await render(OPEN, memoryFile(data), { ...options(), cut: { from: 1500, to: 3700 } });
    expect((await lumas(file.path)).map(numberOf)).toEqual(Array.from({ length: 22 }, (_, n) => 15 + n));
  },
);

test('T13: a still for a community is the covered picture and nothing else', async () => {
  const source = await media(makeClip(folder, 'still.mp4'));
  const still = await renderStill(LEFT, source, { ...options(), at: 2000 });
  expect(still.contentType).toBe('image/jpeg');
  const [picture] = grayPictures(still.path);
  expect(picture).toMatchObject({ width: CLIP.width, height: CLIP.height });
  const [left, right] = halves(picture as { width: number; luma: Buffer });
  expect(left).toBeGreaterThan(60);
  expect(right).toBeLessThan(10);
  const bytes = readFileSync(still.path);
  for (const word of ['Exif', 'Lavc', 'Anna', 'http']) expect(bytes.includes(word)).toBe(false);
  const comment = Buffer.from([0xff, 0xfe, 0, 6, 1, 2, 3, 4]);
  const exif = Buffer.from([0xff, 0xe1, 0, 8, 69, 120, 105, 102, 0, 0]);
  for (const dirty of [
    Buffer.concat([bytes.subarray(0, 2), comment, bytes.subarray(2)]),
    Buffer.concat([bytes.subarray(0, 2), exif, bytes.subarray(2)]),
    Buffer.concat([bytes, Buffer.from('more')]),
    Buffer.concat([bytes.subarray(0, -2), bytes]),
    bytes.subarray(0, 400),
    Buffer.alloc(0),
  ])
    expect(() => checkJpeg(dirty)).toThrow(/did not pass/);
  checkJpeg(bytes);
});

describe('T13: not clean is', () => {
  let clean: Buffer;
  const expected = { frames: 20, seconds: 2, audio: false };
  const raw = ['-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=10:duration=2'];
  const plain = [
    '-c:v',
    'libx264',
    '-bf',
    '0',
    '-flags:v',
    '+bitexact',
    '-fflags',
    '+bitexact',
    '-use_editlist',
    '0',
    '-movflags',
    '+faststart',
  ];
  const silent = ['-bsf:v', 'filter_units=remove_types=6'];
  const make = (name: string, args: readonly string[]): Buffer => {
    const path = join(folder, name);
    run('ffmpeg', [...raw, ...args, '-f', 'mp4', '-y', path]);
    return readFileSync(path);
  };
  const check = (data: Buffer, want = expected) => {
    writeFileSync(join(folder, 'checked.mp4'), data);
    return checkMp4(join(folder, 'checked.mp4'), want);
  };
  beforeAll(() => {
    clean = make('clean.mp4', [...plain, ...silent]);
  });

  test('not a clean file', async () => {
    await check(clean);
  });

  test.each<[string, string[], RegExp]>([
    ['a message of the encoder', plain, /part of the kind 6/],
    ['a title', [...plain, ...silent, '-metadata', 'title=x'], /tags/],
    ['a time', [...plain, ...silent, '-metadata', 'creation_time=2026-11-22T07:00:00Z'], /when it was made/],
    ['a language', [...plain, ...silent, '-metadata:s:v', 'language=deu'], /language/],
    ['a name of a track', [...plain, ...silent, '-metadata:s:v', 'handler_name=Door'], /name/],
    [
      'sound',
      ['-f', 'lavfi', '-i', 'sine=d=2', ...plain, ...silent, '-c:a', 'aac'],
      /lasts|tracks picture,sound/,
    ],
    [
      'an edit list',
      ['-c:v', 'libx264', '-bf', '2', '-fflags', '+bitexact', ...silent, '-movflags', '+faststart'],
      /elst|edts/,
    ],
    ['fewer pictures', [...plain, ...silent, '-t', '1.9'], /instead of/],
    [
      'another codec',
      ['-c:v', 'mpeg4', '-fflags', '+bitexact', '-use_editlist', '0', '-movflags', '+faststart'],
      /encoded/,
    ],
  ])('a file with %s', async (_, args, what) => {
    await expect(check(make('dirty.mp4', args))).rejects.toThrow(what);
  });

  test.each<[string, () => Buffer, RegExp]>([
    ['bytes at its end', () => Buffer.concat([clean, Buffer.from('secret')]), /cut off|parts/],
    [
      'a box at its end',
      () => Buffer.concat([clean, Buffer.from('0000000c757569646869646e', 'hex')]),
      /parts/,
    ],
    [
      'media of no track',
      () => {
        const data = Buffer.concat([clean, Buffer.from('hidden')]);
        const at = clean.indexOf('mdat') - 4;
        data.writeUInt32BE(data.length - at, at);
        return data;
      },
      /no track/,
    ],
    ['its end cut off', () => clean.subarray(0, -1), /cut off/],
    ['nothing in it', () => Buffer.alloc(0), /parts/],
  ])('a file with %s', async (_, dirty, what) => {
    await expect(check(dirty())).rejects.toThrow(what);
  });
});

test.each([
  ['F10:1', '10/1'],
  ['F30000:1001', '30000/1001'],
  ['F90000:1', '30/1'],
  ['F1:2', '5/1'],
  ['', '30/1'],
])('a rate of "%s" is taken as %s', (said, rate) => {
  expect(usefulRate(`YUV4MPEG2 W64 H48 ${said} Ip`)).toBe(rate);
});

const PEOPLE = fileURLToPath(
  new URL('../../../../shared/data/clips/one-by-one-person-detection.mp4', import.meta.url),
);

/** How much of a part of the first picture is black; pixels. */
function black(path: string, part: { left: number; top: number; right: number; bottom: number }): number {
  const [{ width, luma } = { width: 1, luma: Buffer.alloc(0) }] = grayPictures(path);
  const inside = luma.filter((_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return x >= part.left && x < part.right && y >= part.top && y < part.bottom;
  });
  return inside.filter((value) => value < 5).length / inside.length;
}

/** Somebody stands at a table on the right side from second 10 on; before, the room is empty. Skipped where the clip is not there. */
describe.skipIf(!existsSync(PEOPLE))('real pictures', () => {
  test('what moves and heads are hidden in what was opened', async () => {
    const path = join(folder, 'people.mp4');
    run('ffmpeg', ['-t', '12', '-i', PEOPLE, '-vf', 'scale=384:216', '-preset', 'ultrafast', '-y', path]);
    const police = { recipient: 'police', ...HOUSE } as const;
    const moving = makePlan({ mode: 'named', moving: true }, police);
    const still = async (at: number) =>
      (await renderStill(moving, await media(path), { ...options(), at })).path;
    // Where the visitor stands, from head to foot.
    const body = { left: 195, top: 10, right: 255, bottom: 180 };
    expect(black(await still(2000), body)).toBeLessThan(0.5);
    expect(black(await still(10_000), body)).toBeGreaterThan(0.95);
    await using headFinder = await openMoveNet();
    const heads = makePlan({ mode: 'named', heads: true }, police);
    const cut = { from: 10_000, to: 10_300 };
    const file = await render(heads, await media(path), { ...options(), cut, headFinder });
    expect(black(file.path, { left: 200, top: 5, right: 255, bottom: 45 })).toBeGreaterThan(0.95);
    expect(black(file.path, body)).toBeLessThan(0.7);
  }, 120_000);
});
