import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Box } from '../../../protocol/detection.ts';
import { CLIP, grayPictures, likenessOfPatch, makeClip, run } from '../../../test/support/redaction-clips.ts';
import { PATCH_SIDE, patchAt } from '../../../test/support/redaction-patch.ts';
import { type Ffmpeg, findFfmpeg } from '../../camera/ffmpeg.ts';
import type { Polygon } from '../../camera/masks.ts';
import { fileMedia } from '../../recordings/file-media.ts';
import { startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import { isUnchanged, reopenRedacted } from './check-redacted.ts';
import type { CommunityFile, HeadFinder, RedactionPlan, Stretch } from './contract.ts';
import { communityPlan, makePlan, type RedactionChoice, type RedactionRules } from './make-plan.ts';
import { render } from './render.ts';
import { sharedName } from './work-files.ts';

const never = new AbortController().signal;
let ffmpeg: Ffmpeg;
let folder: string;
let out: string;
let clip: string;
/** All of the clip for a community, nothing open. */
let covered: CommunityFile;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hidden-'));
  out = join(folder, 'out');
  ffmpeg = await findFfmpeg({ configured: 'ffmpeg' }, { startChild, clock: systemClock });
  clip = makeClip(folder, 'clip.mp4');
  covered = await hide(communityPlan({}, HOUSE));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const COUNT = [
  '-select_streams',
  'v',
  '-count_packets',
  '-show_entries',
  'stream=nb_read_packets',
  '-of',
  'csv=p=0',
];
const EVERYTHING = ['-show_streams', '-show_format', '-show_chapters', '-of', 'json'];
const FORMAT_TAGS = { major_brand: 'isom', minor_version: '512', compatible_brands: 'isomiso2avc1mp41' };
const HOUSE = { zones: [], audioAllowed: true };

async function hide<Plan extends RedactionPlan>(
  plan: Plan,
  { headFinder, cut = { from: 0, to: 4000 } }: { headFinder?: HeadFinder; cut?: Stretch } = {},
) {
  const source = await fileMedia(clip);
  if (!source) throw new Error('no clip');
  return render(plan, source, {
    ...{ ffmpeg, startChild, clock: systemClock, folder: out, signal: never, onProgress() {}, cut },
    ...(headFinder && { headFinder }),
  });
}

/** How much of the patch is left at most, where it was, and beside that. */
function mostLeft(path: string, from = 0, to = CLIP.seconds): number {
  let most = 0;
  for (const [n, picture] of grayPictures(path).entries()) {
    const second = n / CLIP.fps;
    const place = patchAt(second);
    if (!place || second < from || second >= to) continue;
    for (const dy of [-8, -2, 0, 2, 8])
      for (const dx of [-8, -2, 0, 2, 8])
        most = Math.max(most, likenessOfPatch(picture, place.x + dx, place.y + dy));
  }
  return most;
}

const at = (picture: { width: number; height: number }, x: number, y: number): Box => ({
  left: x / picture.width,
  top: y / picture.height,
  right: (x + PATCH_SIDE) / picture.width,
  bottom: (y + PATCH_SIDE) / picture.height,
});

/** Knows the patch, but in one second alone; or nothing at all. */
function finder(sees: (second: number) => boolean): HeadFinder & { looks: number } {
  let look = 0;
  return {
    looks: 0,
    async heads() {
      this.looks++;
      // It is asked for every other picture of ten a second.
      const second = (2 * look++) / 10;
      const place = patchAt(second);
      return place && sees(second) ? [at(CLIP, place.x, place.y)] : [];
    },
  };
}

const POLICE: RedactionRules = { recipient: 'police', ...HOUSE };
const COMMUNITY: RedactionRules = { recipient: 'community', ...HOUSE };
const BAND: Polygon = [
  [0, 0.2],
  [1, 0.2],
  [1, 0.9],
  [0, 0.9],
];
const MIDDLE = { place: { left: 0.3, top: 0.2, right: 0.7, bottom: 0.9 }, from: 0, to: 4000 };

test.each<[string, RedactionChoice, RedactionRules]>([
  ['a zone is hidden', { mode: 'named' }, { ...POLICE, zones: [BAND] }],
  ['what moves is hidden', { mode: 'named', moving: true }, POLICE],
  ['a mosaic hides all of it', { fill: 'mosaic' }, POLICE],
  ['what moves is hidden in an opening', { openings: [MIDDLE], moving: true }, COMMUNITY],
])('6.4 test 1: nothing of the patch is left where %s', async (_, choice, rules) => {
  const file = await hide(makePlan(choice, rules));
  expect(mostLeft(file.path)).toBeLessThan(0.4);
});

test('6.4 test 1: nothing of the patch is left where all of it is hidden', () => {
  expect(mostLeft(covered.path)).toBe(0);
});

test('6.4 test 1: the patch is in the clip', () => {
  expect(mostLeft(clip)).toBeGreaterThan(0.9);
});

test('6.4 test 1: a head that is seen for a moment is hidden for a second before and after', async () => {
  const headFinder = finder((second) => second > 1.9 && second < 2.3);
  const moment = await hide(makePlan({ mode: 'named', heads: true }, POLICE), { headFinder });
  const pictures = grayPictures(moment.path);
  const middle = patchAt(2);
  if (!middle) throw new Error('no patch');
  const flat = (second: number) => {
    const { luma, width } = pictures[Math.round(second * CLIP.fps)] ?? { luma: Buffer.alloc(0), width: 1 };
    return luma[(middle.y + 12) * width + middle.x + 12] ?? 255;
  };
  for (const second of [1.1, 1.5, 2, 2.6, 2.9]) expect(flat(second)).toBeLessThan(40);
  expect(flat(0.2)).toBeGreaterThan(60);
  expect(flat(3.7)).toBeGreaterThan(60);
});

test('6.4 test 2: what is shown is all that there is', async () => {
  const file = await hide(communityPlan({ openings: [MIDDLE] }, HOUSE), { cut: { from: 1234, to: 3434 } });
  const shown = run('ffprobe', [...COUNT, file.path])
    .toString()
    .trim();
  expect(Number(shown)).toBe(22);
  expect(grayPictures(file.path)).toHaveLength(22);
  const packets = run('ffprobe', ['-ignore_editlist', '1', ...COUNT, file.path])
    .toString()
    .trim();
  expect(Number(packets)).toBe(22);
});

test('6.4 test 3: nothing but the picture is in the file', () => {
  const file = covered;
  const facts = JSON.parse(run('ffprobe', [...EVERYTHING, file.path]).toString());
  expect(facts.streams).toHaveLength(1);
  expect(facts.streams[0]).toMatchObject({ codec_type: 'video', codec_name: 'h264', pix_fmt: 'yuv420p' });
  expect(facts.streams[0].disposition.attached_pic).toBe(0);
  expect(facts.chapters).toEqual([]);
  expect(facts.format.tags).toEqual(FORMAT_TAGS);
  expect(facts.streams[0].tags).toEqual({
    // Of the encoder, its kind and no more; the version is left out.
    encoder: 'Lavc libx264',
    language: 'und',
    handler_name: 'VideoHandler',
    vendor_id: '[0][0][0][0]',
  });
  const bytes = readFileSync(file.path);
  for (const word of ['x264 - core', 'Lavf', 'Anna', 'Elm', 'ABC-123', '48.2082', 'loci', 'chpl', '2026'])
    expect(bytes.includes(word), word).toBe(false);
  // The same words are in the clip.
  for (const word of ['x264 - core', 'Anna', 'Elm', 'ABC-123', '48.2082'])
    expect(readFileSync(clip).includes(word)).toBe(true);
});

test('6.4 test 4: the name of the file says nothing', () => {
  const file = covered;
  expect(basename(file.path)).toMatch(/^[0-9a-f]{32}\.mp4$/);
  expect(sharedName(file.contentType)).toBe('clip.mp4');
  expect(sharedName('image/jpeg')).toBe('picture.jpg');
});

test('6.4 test 5: sound goes along where it is asked for and allowed, and nowhere else', async () => {
  const kinds = (path: string) =>
    run('ffprobe', ['-show_entries', 'packet=codec_type', '-of', 'csv=p=0', path])
      .toString()
      .trim()
      .split('\n');
  expect(new Set(kinds(covered.path))).toEqual(new Set(['video']));
  const loud = await hide(makePlan({ audio: true }, POLICE), { cut: { from: 500, to: 2500 } });
  expect(new Set(kinds(loud.path))).toEqual(new Set(['video', 'audio']));
  const [length = 0] = run('ffprobe', [
    '-select_streams',
    'a',
    '-show_entries',
    'stream=duration',
    '-of',
    'csv=p=0',
    loud.path,
  ])
    .toString()
    .split('\n')
    .map(Number);
  expect(Math.abs(length - 2)).toBeLessThan(0.2);
  expect(() => makePlan({ audio: true }, { recipient: 'community', ...HOUSE })).toThrow(/no sound/);
  expect(() => makePlan({ audio: true }, { recipient: 'police', zones: [], audioAllowed: false })).toThrow(
    /no sound/,
  );
});

test('6.4 test 6: a community sees nothing where the person model finds nobody', async () => {
  const blind = finder(() => false);
  const plan = communityPlan({ heads: true }, HOUSE);
  const file = await hide(plan, { headFinder: blind });
  expect(blind.looks).toBeGreaterThan(10);
  for (const { luma } of grayPictures(file.path)) expect(Math.max(...luma)).toBeLessThan(40);
  // Without a model, or with one that fails, nothing is made at all.
  await expect(hide(plan)).rejects.toMatchObject({ problem: { code: 'redaction-no-heads' } });
  const failing = { heads: () => Promise.reject(new Error('no memory')) };
  await expect(hide(plan, { headFinder: failing })).rejects.toThrow('no memory');
});

test('6.4 test 8: the bytes that were checked are the bytes that are kept', async () => {
  const plan = communityPlan({}, HOUSE);
  const file = covered;
  const { path, bytes, sha256, contentType } = file;
  expect(sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
  expect(bytes).toBe(readFileSync(path).length);
  expect(await isUnchanged(file)).toBe(true);
  expect(await reopenRedacted(plan, { path, bytes, sha256, contentType })).toEqual(file);
  const changed = readFileSync(path);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  writeFileSync(path, changed);
  expect(await isUnchanged(file)).toBe(false);
  expect(await reopenRedacted(plan, file)).toBeUndefined();
  rmSync(path);
  expect(await isUnchanged(file)).toBe(false);
});
