/** Pictures that show a developer why something was told, or was not. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import type { SmallFrame } from '../../plugin/camera/contract.ts';
import type { Crop } from '../../plugin/detection/contract.ts';
import { toRgb } from '../../plugin/detection/models/model-input.ts';
import { WHOLE } from '../../plugin/detection/places.ts';
import type { Box } from '../../protocol/detection.ts';
import { CLIP_BEGINS } from './clip-pictures.ts';
import type { ClipScore } from './score.ts';

/** About one picture a second is remembered, in ms. */
const REMEMBERED_EVERY = 900;

/** The pictures of a clip, thinned out. */
export class PictureMemory {
  readonly #kept: SmallFrame[] = [];

  push(frame: SmallFrame): void {
    const last = this.#kept.at(-1);
    if (!last || frame.at - last.at >= REMEMBERED_EVERY) this.#kept.push(frame);
  }

  /** The picture nearest to so many seconds from the start; undefined when there is none at all. */
  near(seconds: number): SmallFrame | undefined {
    const wanted = CLIP_BEGINS + seconds * 1000;
    let best = this.#kept[0];
    for (const frame of this.#kept)
      if (best && Math.abs(frame.at - wanted) < Math.abs(best.at - wanted)) best = frame;
    return best;
  }
}

/**
 * Writes PNGs into `folder`: before and after of each decision, and four whole pictures around what was false, opposite or missed.
 * The names say when and what.
 */
export async function writeEvidence(folder: string, score: ClipScore, memory: PictureMemory): Promise<void> {
  const { outcome, events } = score;
  const own = join(folder, outcome.name.replaceAll('/', '-'));
  await mkdir(own, { recursive: true });
  const write = (name: string, crop: Crop | undefined) =>
    crop && writeFile(join(own, `${name}.png`), encode({ ...crop, data: crop.rgb, channels: 3 }));
  for (const event of outcome.told) {
    const pair = events?.found.find(({ told }) => told === event);
    const verdict = !events ? 'told' : !pair ? 'false' : pair.right ? 'right' : 'opposite';
    const name = `${stamp(event.at)}-${verdict}-${event.phase}`;
    await write(`${name}-before`, event.news.before);
    await write(`${name}-after`, event.news.after);
    if (verdict !== 'right')
      await write(
        `${name}-around`,
        strip(memory, [event.at - 3, event.at, event.toldAt, event.toldAt + 3], event.box),
      );
  }
  for (const { at, phase, where } of events?.missed ?? [])
    await write(`${stamp(at)}-missed-${phase}`, strip(memory, [at - 3, at, at + 4, at + 9], where));
}

const stamp = (seconds: number) => seconds.toFixed(1).padStart(6, '0');

/** Pictures side by side, with a box drawn on each. */
function strip(memory: PictureMemory, times: readonly number[], box: Box | undefined): Crop | undefined {
  const frames = times.flatMap((at) => memory.near(at) ?? []);
  const [first] = frames;
  if (!first) return undefined;
  const { width, height } = first;
  const whole: Crop = {
    width: width * frames.length,
    height,
    rgb: new Uint8Array(3 * width * height * frames.length),
  };
  for (const [index, frame] of frames.entries()) {
    if (frame.width !== width || frame.height !== height) continue;
    const rgb = toRgb(frame, WHOLE, frame);
    if (box) outline(rgb, width, height, box);
    for (let y = 0; y < height; y++)
      whole.rgb.set(rgb.subarray(3 * y * width, 3 * (y + 1) * width), 3 * (y * whole.width + index * width));
  }
  return whole;
}

function outline(rgb: Uint8Array, width: number, height: number, box: Box): void {
  const inside = (part: number, size: number) => Math.min(size - 1, Math.max(0, Math.round(part * size)));
  const [left, right] = [inside(box.left, width), inside(box.right, width)];
  const [top, bottom] = [inside(box.top, height), inside(box.bottom, height)];
  const paint = (x: number, y: number) => rgb.set([255, 0, 0], 3 * (y * width + x));
  for (let x = left; x <= right; x++) for (const y of [top, bottom]) paint(x, y);
  for (let y = top; y <= bottom; y++) for (const x of [left, right]) paint(x, y);
}
