import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { inGrid, toPixels } from './backdrop.ts';
import { type Box, blendRgba, type YuvPicture } from './yuv.ts';

const BOUNDS: Box = { x: 16, y: 664, width: 620, height: 44 };

/** Writes name and time into pictures of this size; the text is drawn once a second. */
export function createClock(
  name: string,
  { width, height }: { width: number; height: number },
): (picture: YuvPicture, at: Date) => void {
  const on = createCanvas(width, height).getContext('2d');
  const box = toPixels(BOUNDS, width, height);
  let shown = '';
  let text: Uint8ClampedArray | undefined;
  return (picture, at) => {
    if (!text || shown !== clockText(at)) {
      shown = clockText(at);
      on.clearRect(0, 0, width, height);
      inGrid(on, (on) => drawClock(on, name, at));
      text = on.getImageData(box.x, box.y, box.width, box.height).data;
    }
    blendRgba(picture, box, text);
  };
}

/** Name and local time at the bottom left, white on a soft shadow, as cameras write them. */
export function drawClock(on: SKRSContext2D, name: string, at: Date): void {
  on.save();
  on.font = '600 24px "DejaVu Sans", sans-serif';
  on.textBaseline = 'middle';
  on.shadowColor = 'rgba(0, 0, 0, 0.75)';
  on.shadowBlur = 4;
  on.fillStyle = 'rgba(255, 255, 255, 0.95)';
  on.fillText(`${clockText(at)}   ${name}`, 28, 686, 590);
  on.restore();
}

/** `2026-11-22 07:23:41`, local time. */
export function clockText(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
