/** Doorsteps and packages out of photos of packages at doors, whose boxes are known (YOLO labels). */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Canvas, createCanvas, loadImage, type SKRSContext2D } from '@napi-rs/canvas';
import type { Box } from '../../../protocol/detection.ts';

/** A place at a door, with nothing lying there. */
export interface Doorstep {
  name: string;
  canvas: Canvas;
  /** Where packages lay: the middle of their lower edge, in parts of the picture. */
  places: { x: number; y: number }[];
}

/** A package, cut out along its box with soft corners. */
export interface Parcel {
  canvas: Canvas;
}

/** Longest side at which photos are worked on, in pixels. */
const WORKING_SIZE = 900;
/** A package must be so many of those pixels wide and high to be worth cutting out. */
const LEAST_PARCEL = 50;
/** A photo that is so full of packages is no view of a door. */
const MOST_COVERED = 0.14;
/** How much more than its box is filled, for its shadow. */
const MARGIN = 0.18;

/** All of a folder of photos: `<split>/images/*.jpg` with `<split>/labels/*.txt`. */
export async function readDoorsteps(folder: string): Promise<{ doorsteps: Doorstep[]; parcels: Parcel[] }> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => /\.(jpe?g|png)$/i.test(file));
  const doorsteps: Doorstep[] = [];
  const parcels: Parcel[] = [];
  for (const file of files.sort()) {
    const labels = join(folder, file).replace(/images([\\/][^\\/]+)\.\w+$/, 'labels$1.txt');
    const boxes = parseLabels(await readFile(labels, 'utf8').catch(() => ''));
    if (boxes.length === 0) continue;
    const photo = await loadImage(join(folder, file));
    const scale = WORKING_SIZE / Math.max(photo.width, photo.height);
    const canvas = createCanvas(Math.round(photo.width * scale), Math.round(photo.height * scale));
    canvas.getContext('2d').drawImage(photo, 0, 0, canvas.width, canvas.height);
    // One that lies before another is cut out with a part of that.
    parcels.push(...boxes.flatMap((box) => cutParcel(canvas, box) ?? []));
    const covered = boxes.reduce((sum, box) => sum + (box.right - box.left) * (box.bottom - box.top), 0);
    if (covered > MOST_COVERED) continue;
    const places = boxes.map(({ left, right, bottom }) => ({ x: (left + right) / 2, y: bottom }));
    doorsteps.push({ name: basename(file).slice(0, 24), canvas: withoutParcels(canvas, boxes), places });
  }
  return { doorsteps, parcels };
}

/** Lines of `class x y width height`, the middle and size in parts of the picture. */
export function parseLabels(text: string): Box[] {
  return text.split('\n').flatMap((line) => {
    const [, x, y, width, height] = line.trim().split(/\s+/).map(Number);
    if (x === undefined || y === undefined || width === undefined || height === undefined) return [];
    return [{ left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 }];
  });
}

function cutParcel(photo: Canvas, { left, top, right, bottom }: Box): Parcel | undefined {
  const [width, height] = [
    Math.round((right - left) * photo.width),
    Math.round((bottom - top) * photo.height),
  ];
  if (Math.min(width, height) < LEAST_PARCEL || (right - left) * (bottom - top) > 0.35) return undefined;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.drawImage(photo, -left * photo.width, -top * photo.height);
  context.globalCompositeOperation = 'destination-in';
  softRectangle(context, width, height, 0.04, 0.14);
  return { canvas };
}

/** A rectangle with round corners whose edge fades inwards, on an empty canvas drawn over the present one. */
function softRectangle(
  context: SKRSContext2D,
  width: number,
  height: number,
  edge: number,
  corner: number,
): void {
  const mask = createCanvas(width, height);
  const drawing = mask.getContext('2d');
  const fade = edge * Math.min(width, height);
  drawing.filter = `blur(${Math.max(1, fade / 2)}px)`;
  drawing.beginPath();
  drawing.roundRect(fade, fade, width - 2 * fade, height - 2 * fade, corner * Math.min(width, height));
  drawing.fill();
  context.drawImage(mask, 0, 0);
}

/** The photo with each package covered by the piece around it that fits its border best. */
function withoutParcels(photo: Canvas, boxes: readonly Box[]): Canvas {
  const canvas = createCanvas(photo.width, photo.height);
  const context = canvas.getContext('2d');
  context.drawImage(photo, 0, 0);
  const grown = boxes.map((box) => growBox(box, photo));
  for (const box of grown) {
    const source = bestSource(context, box, grown, photo);
    const [width, height] = [box.right - box.left, box.bottom - box.top];
    const piece = createCanvas(width, height);
    const drawing = piece.getContext('2d');
    drawing.drawImage(canvas, -source.left, -source.top);
    drawing.globalCompositeOperation = 'destination-in';
    softRectangle(drawing, width, height, 0.1, 0.2);
    context.drawImage(piece, box.left, box.top);
  }
  return canvas;
}

/** In pixels, inside the photo. */
function growBox({ left, top, right, bottom }: Box, photo: Canvas): Box {
  const [wide, high] = [MARGIN * (right - left), MARGIN * (bottom - top)];
  return {
    left: Math.max(0, Math.round((left - wide) * photo.width)),
    top: Math.max(0, Math.round((top - high) * photo.height)),
    right: Math.min(photo.width, Math.round((right + wide) * photo.width)),
    bottom: Math.min(photo.height, Math.round((bottom + high) * photo.height)),
  };
}

function bestSource(
  context: SKRSContext2D,
  box: Box,
  taken: readonly Box[],
  photo: Canvas,
): { left: number; top: number } {
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const border = borderOf(context, box.left, box.top, width, height);
  let best = { left: 0, top: 0, fault: Number.POSITIVE_INFINITY };
  for (let top = 0; top + height <= photo.height; top += 18)
    for (let left = 0; left + width <= photo.width; left += 18) {
      const overlaps = taken.some(
        (other) =>
          left < other.right && other.left < left + width && top < other.bottom && other.top < top + height,
      );
      if (overlaps) continue;
      const there = borderOf(context, left, top, width, height);
      let fault = 0;
      for (let i = 0; i < border.length; i++) fault += ((border[i] ?? 0) - (there[i] ?? 0)) ** 2;
      if (fault < best.fault) best = { left, top, fault };
    }
  return best;
}

/** Colours along the edge of a piece, at some 60 places. */
function borderOf(
  context: SKRSContext2D,
  left: number,
  top: number,
  width: number,
  height: number,
): number[] {
  const { data } = context.getImageData(left, top, width, height);
  const at = (x: number, y: number) => {
    const from = 4 * (Math.floor(y * (height - 1)) * width + Math.floor(x * (width - 1)));
    return [data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0];
  };
  return Array.from({ length: 15 }, (_, index) => index / 14).flatMap((part) =>
    [at(part, 0), at(part, 1), at(0, part), at(1, part)].flat(),
  );
}
