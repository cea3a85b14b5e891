/** Hides squares of a picture, in its own memory. */
import type { SmallPicture } from '../../camera/small-parser.ts';
import type { Fill } from './contract.ts';

/** As a camera shows black. */
const BLACK = 16;
const NO_COLOUR = 128;
/** So many squares of a mosaic lie across the picture: a head would have to fill a third of it to get more than 8. */
const MOSAIC_ACROSS = 24;

/** @param squares of 2 by 2 pixels, row by row: 1 is hidden */
export function coverPicture(picture: SmallPicture, squares: Uint8Array, fill: Fill): void {
  if (fill === 'solid') coverSolid(picture, squares);
  else coverMosaic(picture, squares);
}

function coverSolid({ width, height, luma, cb, cr }: SmallPicture, squares: Uint8Array): void {
  const columns = width / 2;
  for (let row = 0; row < height / 2; row++) {
    for (const [from, to] of runsOf(squares, row * columns, columns)) {
      const start = row * columns;
      cb.fill(NO_COLOUR, start + from, start + to);
      cr.fill(NO_COLOUR, start + from, start + to);
      luma.fill(BLACK, 2 * row * width + 2 * from, 2 * row * width + 2 * to);
      luma.fill(BLACK, (2 * row + 1) * width + 2 * from, (2 * row + 1) * width + 2 * to);
    }
  }
}

function* runsOf(squares: Uint8Array, start: number, count: number): Generator<[from: number, to: number]> {
  for (let from = 0; from < count; from++) {
    if (!squares[start + from]) continue;
    let to = from + 1;
    while (to < count && squares[start + to]) to++;
    yield [from, to];
    from = to;
  }
}

/** Each hidden pixel gets the mean of the square of the mosaic that it lies in. */
function coverMosaic({ width, height, luma, cb, cr }: SmallPicture, squares: Uint8Array): void {
  const [columns, rows] = [width / 2, height / 2];
  const side = Math.max(8, Math.ceil(columns / MOSAIC_ACROSS));
  for (let top = 0; top < rows; top += side) {
    for (let left = 0; left < columns; left += side) {
      const block = { left, top, right: Math.min(columns, left + side), bottom: Math.min(rows, top + side) };
      fillBlock(cb, columns, block, (x, y) => squares[y * columns + x] === 1);
      fillBlock(cr, columns, block, (x, y) => squares[y * columns + x] === 1);
      const twice = { left: 2 * left, top: 2 * top, right: 2 * block.right, bottom: 2 * block.bottom };
      fillBlock(luma, width, twice, (x, y) => squares[(y >> 1) * columns + (x >> 1)] === 1);
    }
  }
}

interface Block {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function fillBlock(
  plane: Uint8Array,
  stride: number,
  { left, top, right, bottom }: Block,
  isHidden: (x: number, y: number) => boolean,
): void {
  let sum = 0;
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) sum += plane[y * stride + x] as number;
  const mean = Math.round(sum / ((right - left) * (bottom - top)));
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) if (isHidden(x, y)) plane[y * stride + x] = mean;
}

/** How far light and colour of a solid square may be off once the picture was encoded, and how near to an open one it is not looked at. */
const OFF = 20;
const NEAR_SQUARES = 8;

/** Whether what must be hidden is solid in a picture that was encoded since. */
export function looksCovered({ width, height, luma, cb, cr }: SmallPicture, squares: Uint8Array): boolean {
  const [columns, rows] = [width / 2, height / 2];
  for (let row = 0; row < rows; row++) {
    for (const [from, to] of runsOf(squares, row * columns, columns)) {
      // What is open beside it may bleed a little over the edge, as encoders work in squares.
      const first = from === 0 ? 0 : from + NEAR_SQUARES;
      const last = to === columns ? columns : to - NEAR_SQUARES;
      for (let x = first; x < last; x++) {
        const at = row * columns + x;
        const [upper, lower] = [luma[2 * row * width + 2 * x], luma[(2 * row + 1) * width + 2 * x + 1]];
        const dark = Math.max(upper as number, lower as number) <= BLACK + OFF;
        const gray = isGray(cb[at] as number) && isGray(cr[at] as number);
        if ((!dark || !gray) && isDeep(squares, columns, rows, x, row)) return false;
      }
    }
  }
  return true;
}

const isGray = (colour: number) => Math.abs(colour - NO_COLOUR) <= OFF;

/** Whether nothing above or below is open. */
function isDeep(squares: Uint8Array, columns: number, rows: number, x: number, y: number): boolean {
  for (let near = Math.max(0, y - NEAR_SQUARES); near <= Math.min(rows - 1, y + NEAR_SQUARES); near++)
    if (!squares[near * columns + x]) return false;
  return true;
}
