import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { GRID } from './layout.ts';
import type { Light } from './light.ts';
import { crownBox, drawLeaves, PLANTS } from './plants.ts';
import { drawPorch } from './porch.ts';
import { type Box, blankPicture, copyPart, putRgba, type YuvPicture } from './yuv.ts';

/** The porch without visitors in one light, drawn once and kept in several patterns of sensor noise. */
export interface Backdrop {
  /** Copies the porch into the picture: the newest `grain` with the leaves at this `sway`. */
  copyTo(picture: YuvPicture, grain: number, sway: number): void;
  /** Draws the porch into a part of a canvas. */
  drawOn(on: SKRSContext2D, sway: number): void;
  /** Copies a part that `draw` adds to the porch; drawn once for each name and pattern of noise. */
  copyPart(picture: YuvPicture, grain: number, name: string, box: Box, draw: Draw): void;
}

export type Draw = (on: SKRSContext2D) => void;

export interface BackdropOptions {
  width: number;
  height: number;
  light: Light;
  noise: Int8Array;
}

const GRAINS = 6;
/** Positions of the leaves. */
const LEANS = 9;

export function createBackdrop({ width, height, light, noise }: BackdropOptions): Backdrop {
  const porch = createCanvas(width, height);
  inGrid(porch.getContext('2d'), (on) => drawPorch(on, light));
  const { data } = porch.getContext('2d').getImageData(0, 0, width, height);
  const whole: Box = { x: 0, y: 0, width, height };
  const backgrounds = Array.from({ length: GRAINS }, (_, grain) => {
    const picture = blankPicture(width, height);
    putRgba(picture, whole, data, noise, grain * 7919);
    return picture;
  });
  const crowns = new Map<number, Canvas>();
  const parts = new Map<string, YuvPicture>();

  /** All leaves at one of their positions, on nothing. */
  const crownsAt = (lean: number): Canvas => {
    const known = crowns.get(lean);
    if (known) return known;
    const canvas = createCanvas(width, height);
    const sway = (lean / (LEANS - 1)) * 2 - 1;
    inGrid(canvas.getContext('2d'), (on) => {
      for (const plant of PLANTS) drawLeaves(on, plant, sway, light);
    });
    crowns.set(lean, canvas);
    return canvas;
  };

  const drawPart = (box: Box, draw: Draw, grain: number): YuvPicture => {
    const canvas = createCanvas(box.width, box.height);
    const on = canvas.getContext('2d');
    on.translate(-box.x, -box.y);
    on.drawImage(porch, 0, 0);
    draw(on);
    const picture = blankPicture(box.width, box.height);
    const rgba = on.getImageData(0, 0, box.width, box.height).data;
    putRgba(picture, { ...box, x: 0, y: 0 }, rgba, noise, grain * 104_729);
    return picture;
  };

  const copyNamed = (picture: YuvPicture, grain: number, name: string, box: Box, draw: Draw) => {
    const key = `${name} ${grain % GRAINS}`;
    const part = parts.get(key) ?? drawPart(box, draw, grain % GRAINS);
    parts.set(key, part);
    copyPart(picture, box, part);
  };

  return {
    copyTo(picture, grain, sway) {
      (backgrounds[grain % GRAINS] as YuvPicture).data.copy(picture.data);
      const lean = leanOf(sway);
      for (const [index, plant] of PLANTS.entries()) {
        const box = toPixels(crownBox(plant), width, height);
        copyNamed(picture, grain, `leaves ${index} ${lean}`, box, (on) => on.drawImage(crownsAt(lean), 0, 0));
      }
    },
    drawOn(on, sway) {
      on.drawImage(porch, 0, 0);
      on.drawImage(crownsAt(leanOf(sway)), 0, 0);
    },
    copyPart: (picture, grain, name, box, draw) =>
      copyNamed(picture, grain, name, box, (on) => inGrid(on, draw, { width, height })),
  };
}

function leanOf(sway: number): number {
  return Math.round(((Math.min(1, Math.max(-1, sway)) + 1) / 2) * (LEANS - 1));
}

/** Draws in units of the layout. */
export function inGrid(
  on: SKRSContext2D,
  draw: Draw,
  { width, height }: { width: number; height: number } = on.canvas,
): void {
  on.save();
  on.scale(width / GRID.width, height / GRID.height);
  draw(on);
  on.restore();
}

/** The part of a box that lies in the picture, on even pixels. */
export function toPixels(box: Box, width: number, height: number): Box {
  const even = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value / 2) * 2));
  const x = even((box.x * width) / GRID.width, width);
  const y = even((box.y * height) / GRID.height, height);
  const right = even(((box.x + box.width) * width) / GRID.width, width);
  const bottom = even(((box.y + box.height) * height) / GRID.height, height);
  return { x, y, width: right - x, height: bottom - y };
}
