import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { drawClock } from './clock-overlay.ts';
import { GRID } from './layout.ts';
import type { Light } from './light.ts';
import { drawParcelOnMat } from './parcel.ts';
import { drawPorch } from './porch.ts';
import type { Moment } from './scene-state.ts';
import { drawVisitor } from './visitor.ts';
import { type Box, blankPicture, putRgba, type YuvPicture } from './yuv.ts';

export interface PainterOptions {
  /** Even numbers of pixels. */
  width: number;
  height: number;
  light: Light;
  name: string;
}

export interface Painter {
  /** The scene at one moment as yuv420p. The buffer is used again by the next call. */
  paint(moment: Moment, at: Date): Buffer;
}

const GRAIN_PICTURES = 6;
const GRAIN_LEVELS = 2;

/** Paints pictures by redrawing only what moves: the porch itself is drawn once, with several patterns of sensor noise. */
export function createPainter({ width, height, light, name }: PainterOptions): Painter {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const porch = createCanvas(width, height);
  inGrid(porch.getContext('2d'), width, height, (on) => drawPorch(on, light));
  const noise = sensorNoise();
  const whole: Box = { x: 0, y: 0, width, height };
  const porchRgba = porch.getContext('2d').getImageData(0, 0, width, height).data;
  const backgrounds = Array.from({ length: GRAIN_PICTURES }, (_, index) => {
    const picture = blankPicture(width, height);
    putRgba(picture, whole, porchRgba, noise, index * 7919);
    return picture;
  });
  const frame = blankPicture(width, height);
  const clockBox = toPixels({ x: 16, y: 664, width: 620, height: 44 }, width, height);
  let count = 0;

  const update = (picture: YuvPicture, box: Box, draw: (on: SKRSContext2D) => void) => {
    if (box.width <= 0 || box.height <= 0) return;
    context.save();
    context.beginPath();
    context.rect(box.x, box.y, box.width, box.height);
    context.clip();
    context.drawImage(porch, 0, 0);
    inGrid(context, width, height, draw);
    context.restore();
    const { data } = context.getImageData(box.x, box.y, box.width, box.height);
    putRgba(picture, box, data, noise, count * 104_729);
  };

  return {
    paint(moment, at) {
      count += 1;
      (backgrounds[count % GRAIN_PICTURES] as YuvPicture).data.copy(frame.data);
      const scene = (on: SKRSContext2D) => {
        if (moment.parcelOnMat) drawParcelOnMat(on, light);
        if (moment.visitor) drawVisitor(on, moment.visitor, light);
        drawClock(on, name, at);
      };
      if (moment.parcelOnMat)
        update(frame, toPixels({ x: 250, y: 540, width: 280, height: 140 }, width, height), scene);
      if (moment.visitor) {
        const x = moment.visitor.x * GRID.width;
        update(frame, toPixels({ x: x - 220, y: 170, width: 440, height: 520 }, width, height), scene);
      }
      update(frame, clockBox, scene);
      return frame.data;
    },
  };
}

function inGrid(
  context: SKRSContext2D,
  width: number,
  height: number,
  draw: (on: SKRSContext2D) => void,
): void {
  context.save();
  context.scale(width / GRID.width, height / GRID.height);
  draw(context);
  context.restore();
}

/** The part of a box that lies in the picture, on even pixels. */
function toPixels(box: Box, width: number, height: number): Box {
  const even = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value / 2) * 2));
  const x = even((box.x * width) / GRID.width, width);
  const y = even((box.y * height) / GRID.height, height);
  const right = even(((box.x + box.width) * width) / GRID.width, width);
  const bottom = even(((box.y + box.height) * height) / GRID.height, height);
  return { x, y, width: right - x, height: bottom - y };
}

/** Roughly normal noise; its length is a prime, so that its pattern never lines up with the picture's rows. */
function sensorNoise(): Int8Array {
  const roll = () => Math.random() + Math.random() - 1;
  return Int8Array.from({ length: 65_537 }, () => Math.round(roll() * GRAIN_LEVELS));
}
