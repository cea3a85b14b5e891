/** Whether pictures hide what they should; for tests of privacy masks with a real ffmpeg. */
import { buffer } from 'node:stream/consumers';
import { expect } from 'vitest';
import type { Camera, Fragment, Init, Luma, StreamChoice } from '../../plugin/camera/contract.ts';
import type { Polygon } from '../../plugin/camera/masks.ts';
import { startChild } from '../../plugin/system/child.ts';

/** The middle of the picture, where the door of the simulator is, as a slanted shape. */
export const MASK: Polygon = [
  [0.3, 0.2],
  [0.7, 0.3],
  [0.6, 0.9],
  [0.35, 0.8],
];
const IN_MASK = [
  [0.5, 0.5],
  [0.35, 0.27],
  [0.64, 0.35],
  [0.4, 0.76],
] as const;

/** A picture of one byte a pixel out of whatever ffmpeg can read. */
export async function luma(input: Buffer): Promise<Luma> {
  const scale = 'scale=320:180,format=gray';
  const child = startChild(
    'ffmpeg',
    ['-v', 'error', '-i', 'pipe:0', '-frames:v', '1', '-vf', scale, '-f', 'rawvideo', 'pipe:1'],
    { stdin: true },
  );
  const [output] = child.outputs;
  child.stdin?.end(input);
  if (!output) throw new Error('ffmpeg has no output');
  return { width: 320, height: 180, luma: await buffer(output) };
}

/** How light a picture is at a place in parts of it. */
export const lightAt = ({ width, height, luma }: Luma, [x, y]: readonly [number, number]): number =>
  luma[Math.floor(y * height) * width + Math.floor(x * width)] ?? Number.NaN;

/** Whether what {@link MASK} covers is black. */
export const isMasked = (picture: Luma) => IN_MASK.every((point) => lightAt(picture, point) < 24);

/** The mask is black, and elsewhere there is a scene. */
export function expectMasked(picture: Luma): void {
  for (const point of IN_MASK) expect(lightAt(picture, point)).toBeLessThan(24);
  const around = [0.05, 0.1, 0.15, 0.2, 0.8, 0.85, 0.9, 0.95].flatMap((x) =>
    [0.1, 0.5, 0.9].map((y) => lightAt(picture, [x, y])),
  );
  expect(new Set(around).size).toBeGreaterThan(4);
  expect(Math.max(...around)).toBeGreaterThan(60);
}

/** A second of a stream from the ring. */
export async function recorded(
  camera: Camera,
  stream: StreamChoice,
): Promise<{ init: Init; fragments: Fragment[] }> {
  const stop = new AbortController();
  let init: Init | undefined;
  const fragments: Fragment[] = [];
  for await (const item of camera.watch({ stream, signal: stop.signal })) {
    if (item.type === 'init') init = item;
    else fragments.push(item);
    if (fragments.length === 30) stop.abort();
  }
  if (!init) throw new Error('no header');
  return { init, fragments };
}
