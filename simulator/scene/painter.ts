import { createCanvas } from '@napi-rs/canvas';
import { type Backdrop, createBackdrop, type Draw, inGrid, toPixels } from './backdrop.ts';
import { drawInsect, drawRain, expose, fadeColours, sweepHeadlights } from './camera-effects.ts';
import { catBounds, drawCat } from './cat.ts';
import { createClock } from './clock-overlay.ts';
import type { Light } from './light.ts';
import { drawParcelOnMat, PARCEL_BOUNDS } from './parcel.ts';
import type { Moment } from './scene-state.ts';
import type { Around } from './surroundings.ts';
import { drawVisitor, visitorBounds } from './visitor.ts';
import { type Box, blankPicture, putRgba, type YuvPicture } from './yuv.ts';

export interface PainterOptions {
  /** Even numbers of pixels. */
  width: number;
  height: number;
  name: string;
}

export interface Painter {
  /** The scene at one moment as yuv420p. The buffer is used again by the next call. */
  paint(moment: Moment, at: Date): Buffer;
}

const GRAIN_LEVELS = 2;

/** Paints pictures by redrawing only what moves: the porch itself is drawn once for each light. */
export function createPainter({ width, height, name }: PainterOptions): Painter {
  const canvas = createCanvas(width, height);
  const on = canvas.getContext('2d');
  const noise = sensorNoise();
  const backdrops = new Map<Light, Backdrop>();
  const frame = blankPicture(width, height);
  const writeClock = createClock(name, { width, height });
  let count = 0;

  const backdropOf = (light: Light): Backdrop => {
    const backdrop = backdrops.get(light) ?? createBackdrop({ width, height, light, noise });
    backdrops.set(light, backdrop);
    return backdrop;
  };

  const repaint = (bounds: Box, backdrop: Backdrop, sway: number, draw: Draw) => {
    const box = toPixels(bounds, width, height);
    if (box.width <= 0 || box.height <= 0) return;
    on.save();
    on.beginPath();
    on.rect(box.x, box.y, box.width, box.height);
    on.clip();
    backdrop.drawOn(on, sway);
    inGrid(on, draw);
    on.restore();
    const { data } = on.getImageData(box.x, box.y, box.width, box.height);
    putRgba(frame, box, data, noise, count * 104_729);
  };

  return {
    paint({ visitor, parcelOnMat, around }, at) {
      count += 1;
      const { light, sway, passing } = around;
      const backdrop = backdropOf(light);
      backdrop.copyTo(frame, count, sway);
      const parcel: Draw = (on) => drawParcelOnMat(on, light);
      if (parcelOnMat)
        backdrop.copyPart(frame, count, 'parcel', toPixels(PARCEL_BOUNDS, width, height), parcel);
      const cat = passing?.what === 'cat' ? passing.part : undefined;
      const scene: Draw = (on) => {
        if (parcelOnMat) parcel(on);
        if (visitor) drawVisitor(on, visitor, light);
        if (cat !== undefined) drawCat(on, cat, light);
      };
      if (visitor) repaint(visitorBounds(visitor), backdrop, sway, scene);
      if (cat !== undefined) repaint(catBounds(cat), backdrop, sway, scene);
      addEffects(frame, around);
      writeClock(frame, at);
      return frame.data;
    },
  };
}

function addEffects(frame: YuvPicture, { light, exposure, rain, passing }: Around): void {
  if (light === 'infrared') fadeColours(frame);
  if (passing?.what === 'headlights') sweepHeadlights(frame, passing.part);
  if (rain !== undefined) drawRain(frame, rain);
  if (passing?.what === 'insect') drawInsect(frame, passing.part);
  expose(frame, exposure);
}

/** Roughly normal noise; its length is a prime, so that its pattern never lines up with the picture's rows. */
function sensorNoise(): Int8Array {
  const roll = () => Math.random() + Math.random() - 1;
  return Int8Array.from({ length: 65_537 }, () => Math.round(roll() * GRAIN_LEVELS));
}
