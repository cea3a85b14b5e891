/** Local light: where a cloud, a lamp or the sun makes one part of the picture brighter or darker than the rest. */
import type { Cells } from './cells.ts';

/** Cells along a side of a neighbourhood. */
const BLOCK = 8;
/** How far around it others are asked, in neighbourhoods: a package must be smaller than what is asked. */
const AROUND = 2;
/** Light explains a neighbourhood when it leaves no more than this, in steps of luma and of both parts of the colour. */
const MOST_LEFT = 4;
const MOST_COLOUR_LEFT = 6;
const LEAST_EXPLAINED = 4;
/** Less than this is no local light. */
const LEAST_FIELD = 0.03;
const MOST_FIELD = 2.2;

/**
 * By what factor each cell is brighter than `expected` (luma) by light alone, or undefined where there is no local light. Only what is
 * explained by a factor counts, and only where its neighbours agree; elsewhere it is what the neighbours say.
 */
export function lightField(
  expected: Float32Array,
  now: Cells,
  usable: (cell: number) => boolean,
  colourLeft: (cell: number) => number,
): Float32Array | undefined {
  const across = Math.ceil(now.columns / BLOCK);
  const down = Math.ceil(now.rows / BLOCK);
  const factors = new Float32Array(across * down);
  let local = false;
  for (let block = 0; block < factors.length; block++) {
    const left = (block % across) * BLOCK;
    const top = Math.floor(block / across) * BLOCK;
    factors[block] = factorOf(expected, now, left, top, usable, colourLeft);
    if ((factors[block] as number) > 0 && Math.abs((factors[block] as number) - 1) > LEAST_FIELD)
      local = true;
  }
  if (!local) return undefined;
  const agreed = factors.map((_, block) => agreedFactor(factors, across, down, block));
  return spread(agreed, across, down, now);
}

/** 0 where light does not explain it. */
function factorOf(
  expected: Float32Array,
  now: Cells,
  left: number,
  top: number,
  usable: (cell: number) => boolean,
  colourLeft: (cell: number) => number,
): number {
  const { columns, rows, luma } = now;
  const right = Math.min(columns, left + BLOCK);
  const bottom = Math.min(rows, top + BLOCK);
  let was = 0;
  let is = 0;
  let n = 0;
  for (let row = top; row < bottom; row++) {
    for (let cell = row * columns + left; cell < row * columns + right; cell++) {
      if (!usable(cell)) continue;
      was += expected[cell] as number;
      is += luma[cell] as number;
      n++;
    }
  }
  if (n < (BLOCK * BLOCK) / 2 || was < n) return 0;
  const factor = is / was;
  if (factor > MOST_FIELD || factor < 1 / MOST_FIELD) return 0;
  let misfit = 0;
  let colour = 0;
  for (let row = top; row < bottom; row++) {
    for (let cell = row * columns + left; cell < row * columns + right; cell++) {
      if (!usable(cell)) continue;
      misfit += Math.abs((luma[cell] as number) - factor * (expected[cell] as number));
      colour += colourLeft(cell);
    }
  }
  return misfit < MOST_LEFT * n && colour < MOST_COLOUR_LEFT * n ? factor : 0;
}

/** The median of the explained factors around; 1 where there are too few. */
function agreedFactor(factors: Float32Array, across: number, down: number, block: number): number {
  const x = block % across;
  const y = Math.floor(block / across);
  const near: number[] = [];
  for (let row = Math.max(0, y - AROUND); row <= Math.min(down - 1, y + AROUND); row++) {
    for (let column = Math.max(0, x - AROUND); column <= Math.min(across - 1, x + AROUND); column++) {
      const factor = factors[row * across + column] as number;
      if (factor > 0) near.push(factor);
    }
  }
  if (near.length < LEAST_EXPLAINED) return 1;
  near.sort((a, b) => a - b);
  return near[near.length >> 1] as number;
}

/** From neighbourhoods to cells, without steps. */
function spread(factors: Float32Array, across: number, down: number, { columns, rows }: Cells): Float32Array {
  const field = new Float32Array(columns * rows);
  for (let row = 0, cell = 0; row < rows; row++) {
    const y = Math.max(0, Math.min(down - 1, (row + 0.5) / BLOCK - 0.5));
    const above = Math.floor(y);
    const below = Math.min(down - 1, above + 1);
    for (let column = 0; column < columns; column++, cell++) {
      const x = Math.max(0, Math.min(across - 1, (column + 0.5) / BLOCK - 0.5));
      const left = Math.floor(x);
      const right = Math.min(across - 1, left + 1);
      const upper = mix(factors, above * across, left, right, x - left);
      const lower = mix(factors, below * across, left, right, x - left);
      field[cell] = upper + (y - above) * (lower - upper);
    }
  }
  return field;
}

function mix(factors: Float32Array, row: number, left: number, right: number, part: number): number {
  const a = factors[row + left] as number;
  return a + part * ((factors[row + right] as number) - a);
}
