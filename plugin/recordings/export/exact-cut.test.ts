import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type MadeRecording,
  makeNumberedStream,
  makeRecording,
  memoryFootage,
  numberOf,
} from '../../../test/support/recorded-footage.ts';
import { lumas, probe, type Stream } from '../../../test/support/recorded-media.ts';
import { type Ffmpeg, findFfmpeg } from '../../camera/ffmpeg.ts';
import { startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import { ProblemError } from '../../system/problem.ts';
import { chooseFootage } from './choose-footage.ts';
import { cutExactly } from './exact-cut.ts';
import { planRange } from './range-plan.ts';

const AT = new Date(2026, 10, 22, 7, 23, 41).getTime();
const never = new AbortController().signal;
let ffmpeg: Ffmpeg;
let stream: Stream;
let reordered: Stream;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cut-'));
  ffmpeg = await findFfmpeg({ configured: 'ffmpeg' }, { startChild, clock: systemClock });
  stream = await makeNumberedStream();
  reordered = await makeNumberedStream({ audio: false, bFrames: 2 });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const parts = (of: Stream, gapMs: number): MadeRecording[] => [
  makeRecording(of, { id: 'a', startedAt: AT, to: 4, audio: of === stream }),
  makeRecording(of, { id: 'b', startedAt: AT + 4000 + gapMs, from: 4, audio: of === stream }),
];

async function plan(made: MadeRecording[], from: number, to: number) {
  const footage = memoryFootage(made);
  const chosen = chooseFootage(footage.recordings({ camera: 'cam-1', from, to }), from, to);
  return planRange(chosen, { from, to }, (id) => footage.open(id), never);
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

test.each<[string, () => Stream, number, number, number, number, number]>([
  ['within a group of pictures', () => stream, 0, 2300, 3700, 23, 37],
  ['from between two pictures', () => stream, 0, 2310, 3690, 24, 37],
  ['across two recordings', () => stream, 0, 3500, 5200, 35, 52],
  ['across a gap', () => stream, 60_000, 3500, 65_200, 35, 52],
  ['of pictures that are decoded in another order', () => reordered, 0, 1700, 5100, 17, 51],
])('a cut %s has these pictures and no others', async (name, of, gapMs, from, to, first, after) => {
  const path = join(folder, `${name}.mp4`);
  const shares: number[] = [];
  await cutExactly(
    {
      plan: await plan(parts(of(), gapMs), AT + from, AT + to),
      ...{ from: AT + from, to: AT + to, path, signal: never },
      onProgress: (share) => shares.push(share),
    },
    { ffmpeg, startChild },
  );
  expect((await lumas(path)).map(numberOf)).toEqual(numbers(first, after));
  const { streams, packets, duration } = await probe(path);
  expect(streams.map(({ codec_name }) => codec_name)).toEqual(of() === stream ? ['h264', 'aac'] : ['h264']);
  expect(duration).toBeCloseTo((after - first) / 10, 0);
  // Picture and sound begin together, but for what one picture lasts, and for the silence with which AAC begins.
  const starts = ['video', 'audio'].flatMap((kind) => {
    const own = packets.filter(({ codec_type }) => codec_type === kind).map((each) => Number(each.pts_time));
    return own.length > 0 ? [Math.min(...own)] : [];
  });
  expect(Math.max(...starts) - Math.min(...starts)).toBeLessThan(0.18);
  expect(shares.at(-1)).toBeGreaterThan(0.5);
  expect(existsSync(`${path}.part`)).toBe(false);
});

async function failure(overrides: { path?: string; signal?: AbortSignal; program?: Ffmpeg | undefined }) {
  const { path = join(folder, 'failure.mp4'), signal = never } = overrides;
  const program = 'program' in overrides ? overrides.program : ffmpeg;
  const span = { from: AT + 2300, to: AT + 3700 };
  return cutExactly(
    { plan: await plan(parts(stream, 0), span.from, span.to), ...span, path, signal, onProgress() {} },
    { ffmpeg: program, startChild },
  ).then(
    () => undefined,
    (error: unknown) => error,
  );
}

test('what cannot be made leaves nothing behind', async () => {
  const before = readdirSync(folder);
  const problem = async (overrides: Parameters<typeof failure>[0]) => {
    const error = await failure(overrides);
    return error instanceof ProblemError ? error.problem.code : error;
  };
  expect(await problem({ path: join(folder, 'no such folder', 'x.mp4') })).toBe('export-failed');
  expect(await problem({ program: undefined })).toBe('export-no-ffmpeg');
  expect(await problem({ program: { ...ffmpeg, path: '/does/not/exist' } })).toBe('export-failed');
  const stop = AbortSignal.abort(new Error('no longer wanted'));
  expect(await problem({ signal: stop })).toMatchObject({ message: 'no longer wanted' });
  expect(readdirSync(folder)).toEqual(before);
});

test('a full disk is said in words', async () => {
  // The device that is always full takes the place of the file.
  const path = join(folder, 'full.mp4');
  symlinkSync('/dev/full', `${path}.part`);
  const error = await failure({ path });
  expect(error).toMatchObject({ problem: { code: 'export-disk-full' } });
});
