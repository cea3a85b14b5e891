import { fitBrightness } from '../brightness-fit.ts';
import type { Background } from './background.ts';
import { type Blob, findBlobs } from './blobs.ts';
import { dilated } from './patch.ts';
import type { Settle } from './settle.ts';

/** Cells around what waits to be judged that wait with it. */
const MARGIN = 3;
/** How far around a place its new light is looked for, in cells, and how many of them it takes. */
const SURROUNDINGS = 12;
const LEAST_CELLS = 40;
/** What has rested for so long shows the new light, in ms. */
const STILL_MS = 1000;

/**
 * The light is another one: forgets the background, but not where something waits to be judged (`waiting`, 1 there). Such a place is
 * brought to the new light the way its surroundings came to it.
 */
export function carryOver(background: Background, settle: Settle, waiting: Uint8Array, at: number): void {
  const { columns, rows } = background.value;
  const places = dilated(waiting, columns, rows, MARGIN);
  const kept: number[] = [];
  for (const blob of findBlobs(places, columns, 1)) {
    if (bringToLight(blob, places, background, settle, at))
      kept.push(...blob.cells.filter((cell) => background.known[cell]));
  }
  background.forget();
  for (const cell of kept) background.known[cell] = 1;
}

function bringToLight(
  { cells, box }: Blob,
  places: Uint8Array,
  background: Background,
  settle: Settle,
  at: number,
): boolean {
  const { columns, rows, luma } = background.value;
  const was: number[] = [];
  const is: number[] = [];
  for (
    let row = Math.max(0, box.top - SURROUNDINGS);
    row < Math.min(rows, box.bottom + SURROUNDINGS);
    row++
  ) {
    for (
      let column = Math.max(0, box.left - SURROUNDINGS);
      column < Math.min(columns, box.right + SURROUNDINGS);
      column++
    ) {
      const cell = row * columns + column;
      if (places[cell] || !background.known[cell] || at - (settle.since[cell] as number) < STILL_MS) continue;
      was.push(luma[cell] as number);
      is.push(settle.value.luma[cell] as number);
    }
  }
  if (was.length < LEAST_CELLS) return false;
  const { gain, offset } = fitBrightness(Float32Array.from(was), Float32Array.from(is));
  for (const cell of cells) luma[cell] = Math.max(0, Math.min(255, gain * (luma[cell] as number) + offset));
  return true;
}
