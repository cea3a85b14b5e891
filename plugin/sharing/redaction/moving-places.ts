/**
 * What moves in a clip: what differs from its background, which is what each place looks like most of the time. No model. Who stands
 * still for more than half of the time becomes background, so this is a help inside of openings and for known recipients.
 */
import type { Box } from '../../../protocol/detection.ts';
import type { SmallPicture } from '../../camera/small-parser.ts';

/** What moves is hidden so long before and after it was there. */
export const MOVING_HELD_MS = 300;
/** Cells of a picture, across and down. */
export const CELLS = { across: 96, down: 54 };
/** Steps of mean light or colour by which a cell differs. */
const DIFFERS = { light: 6, colour: 4 };
/** Cells around one that differs are hidden with it. */
const AROUND = 2;
/** Pictures out of which the background is made, at most. */
const MOST_PICTURES = 51;

/** Mean light and colours of each cell: three numbers a cell. */
export type CellMeans = Uint8Array;

/** Means of the cells of a picture. */
export function cellMeans({ width, height, luma, cb, cr }: SmallPicture): CellMeans {
  const means = new Uint8Array(3 * CELLS.across * CELLS.down);
  const planes = [
    { plane: luma, w: width, h: height },
    { plane: cb, w: width / 2, h: height / 2 },
    { plane: cr, w: width / 2, h: height / 2 },
  ];
  planes.forEach(({ plane, w, h }, which) => {
    for (let row = 0, cell = 0; row < CELLS.down; row++)
      for (let column = 0; column < CELLS.across; column++, cell++)
        means[3 * cell + which] = mean(plane, w, span(column, CELLS.across, w), span(row, CELLS.down, h));
  });
  return means;
}

/** Never empty, also where there are fewer pixels than cells. */
function span(at: number, count: number, pixels: number): [from: number, to: number] {
  const from = Math.min(pixels - 1, Math.floor((at * pixels) / count));
  return [from, Math.max(from + 1, Math.floor(((at + 1) * pixels) / count))];
}

function mean(
  plane: Uint8Array,
  stride: number,
  [left, right]: [number, number],
  [top, bottom]: [number, number],
) {
  let sum = 0;
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) sum += plane[y * stride + x] as number;
  return Math.round(sum / ((right - left) * (bottom - top)));
}

/** What must be hidden in each of these pictures, which follow each other. */
export function movingPlaces(pictures: readonly CellMeans[]): Box[][] {
  const background = backgroundOf(pictures);
  return pictures.map((picture) => {
    const places: Box[] = [];
    for (let row = 0; row < CELLS.down; row++) {
      for (let column = 0; column < CELLS.across; column++) {
        if (!differs(picture, background, row * CELLS.across + column)) continue;
        const first = column;
        while (column + 1 < CELLS.across && differs(picture, background, row * CELLS.across + column + 1))
          column++;
        places.push({
          left: Math.max(0, first - AROUND) / CELLS.across,
          right: Math.min(CELLS.across, column + 1 + AROUND) / CELLS.across,
          top: Math.max(0, row - AROUND) / CELLS.down,
          bottom: Math.min(CELLS.down, row + 1 + AROUND) / CELLS.down,
        });
      }
    }
    return places;
  });
}

function differs(picture: CellMeans, background: CellMeans, cell: number): boolean {
  const off = (which: number) =>
    Math.abs((picture[3 * cell + which] as number) - (background[3 * cell + which] as number));
  return off(0) >= DIFFERS.light || off(1) >= DIFFERS.colour || off(2) >= DIFFERS.colour;
}

function backgroundOf(pictures: readonly CellMeans[]): CellMeans {
  const step = Math.max(1, Math.ceil(pictures.length / MOST_PICTURES));
  const some = pictures.filter((_, index) => index % step === 0);
  const background = new Uint8Array(some[0]?.length ?? 0);
  const values = new Uint8Array(some.length);
  for (let at = 0; at < background.length; at++) {
    some.forEach((picture, index) => {
      values[index] = picture[at] as number;
    });
    background[at] = values.sort()[values.length >> 1] as number;
  }
  return background;
}
