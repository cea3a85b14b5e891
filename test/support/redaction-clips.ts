/** Clips with things in them that must not leave, and looks at what is left of them. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PATCH_SIDE, patchAt, patchLuma } from './redaction-patch.ts';

export const CLIP = { width: 320, height: 180, fps: 10, seconds: 4 };

/** Runs ffmpeg or ffprobe; gives what it wrote. Throws when it fails. */
export function run(program: 'ffmpeg' | 'ffprobe', args: readonly string[], input?: Buffer): Buffer {
  const { status, stdout, stderr } = spawnSync(program, ['-v', 'error', ...args], {
    maxBuffer: 2 ** 30,
    ...(input && { input }),
  });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  return stdout;
}

/** Pictures of a quiet wall with the patch wandering over it from second 1 to 3, as 4:2:0. */
function pictures(): Buffer {
  const { width, height, fps, seconds } = CLIP;
  const all: Buffer[] = [];
  for (let n = 0; n < fps * seconds; n++) {
    const luma = Buffer.alloc(width * height);
    for (let at = 0; at < luma.length; at++)
      luma[at] = 90 + ((at % width) >> 4) + (Math.floor(at / width) % 16 === 0 ? 10 : 0);
    const place = patchAt(n / fps);
    for (let y = 0; place && y < PATCH_SIDE; y++)
      for (let x = 0; x < PATCH_SIDE; x++) luma[(place.y + y) * width + place.x + x] = patchLuma(x, y);
    all.push(luma, Buffer.alloc((width * height) / 2, 128));
  }
  return Buffer.concat(all);
}

const TAGS = `;FFMETADATA1
title=Front door of 12 Elm Street
comment=serial ABC-123
location=+48.2082+016.3738/
creation_time=2026-11-22T07:23:41Z
[CHAPTER]
TIMEBASE=1/1000
START=0
END=2000
title=Anna comes home
`;
const SUBTITLES = '1\n00:00:00,500 --> 00:00:02,000\nAnna was here\n';

export interface ClipRecipe {
  codec?: 'libx264' | 'libx265';
  /** Filters before it is encoded. */
  filters?: string;
  /** Whether players turn it by a quarter. */
  turned?: boolean;
  /** Arguments before the output. */
  output?: readonly string[];
}

/** Writes a clip with sound, subtitles, chapters, a place, tags and messages of the encoder; gives its path. */
export function makeClip(folder: string, name: string, recipe: ClipRecipe = {}): string {
  const { codec = 'libx264', filters = 'null', turned = false, output = [] } = recipe;
  const [tags, subtitles, path] = [join(folder, 'tags.txt'), join(folder, 'words.srt'), join(folder, name)];
  writeFileSync(tags, TAGS);
  writeFileSync(subtitles, SUBTITLES);
  const raw = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'yuv420p',
    '-s',
    `${CLIP.width}x${CLIP.height}`,
    '-r',
    String(CLIP.fps),
  ];
  const tone = ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=16000:duration=${CLIP.seconds}`];
  const maps = ['-map', '0:v', '-map', '1:a', '-map', '2:s', '-map_metadata', '3', '-map_chapters', '3'];
  const encoders = ['-c:v', codec, '-preset', 'ultrafast', '-g', '20', '-c:a', 'aac', '-c:s', 'mov_text'];
  const quiet = codec === 'libx265' ? ['-x265-params', 'log-level=none', '-tag:v', 'hvc1'] : [];
  run(
    'ffmpeg',
    [
      ...[...raw, '-i', 'pipe:0', ...tone, '-i', subtitles, '-i', tags, ...maps, '-vf', filters],
      ...[...encoders, ...quiet, '-movflags', '+use_metadata_tags', ...output, '-f', 'mp4', '-y', path],
    ],
    pictures(),
  );
  if (turned) turnQuarter(path);
  return path;
}

/** Players turn what the matrix of its first track says (ISO/IEC 14496-12, 8.3.2); it stands before width and height. */
function turnQuarter(path: string): void {
  const data = readFileSync(path);
  const matrix = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000];
  const at = data.indexOf('tkhd') + 4 + 40;
  matrix.forEach((value, index) => {
    data.writeInt32BE(value, at + 4 * index);
  });
  writeFileSync(path, data);
}

/** The pictures of a file as they are stored, edit lists ignored, in gray. */
export function grayPictures(path: string): { width: number; height: number; luma: Buffer }[] {
  const size = run('ffprobe', [
    '-select_streams',
    'v',
    '-show_entries',
    'stream=width,height',
    '-of',
    'csv=p=0',
    path,
  ]);
  const [width = 0, height = 0] = size.toString().trim().split(',').map(Number);
  const raw = ['-fps_mode', 'passthrough', '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'];
  const input = path.endsWith('.mp4') ? ['-ignore_editlist', '1'] : [];
  const data = run('ffmpeg', [...input, '-i', path, '-map', '0:v:0', ...raw]);
  return Array.from({ length: data.length / (width * height) }, (_, n) => ({
    ...{ width, height },
    luma: data.subarray(n * width * height, (n + 1) * width * height),
  }));
}

const PATCH = Float64Array.from({ length: PATCH_SIDE * PATCH_SIDE }, (_, at) =>
  patchLuma(at % PATCH_SIDE, Math.floor(at / PATCH_SIDE)),
);
/** What is nearly flat has nothing of a patch, whatever its noise is like. */
const FLAT = 3;

/** How much the patch shows in a picture with its corner at this place: 1 is the patch itself, 0 nothing of it. */
export function likenessOfPatch(picture: { width: number; luma: Uint8Array }, x: number, y: number): number {
  const [n, sums] = [PATCH.length, { a: 0, b: 0, aa: 0, bb: 0, ab: 0 }];
  for (let at = 0; at < n; at++) {
    const a = PATCH[at] as number;
    const b = picture.luma[(y + Math.floor(at / PATCH_SIDE)) * picture.width + x + (at % PATCH_SIDE)] ?? 0;
    sums.a += a;
    sums.b += b;
    sums.aa += a * a;
    sums.bb += b * b;
    sums.ab += a * b;
  }
  const [ma, mb] = [sums.a / n, sums.b / n];
  const [sa, sb] = [Math.sqrt(sums.aa / n - ma * ma), Math.sqrt(Math.max(0, sums.bb / n - mb * mb))];
  return sb < FLAT ? 0 : (sums.ab / n - ma * mb) / (sa * sb);
}
