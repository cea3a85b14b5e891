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

/** What is compared. All have the same size, in cells. */
export interface Comparison {
  /** Luma as it would be without local light. */
  expected: Float32Array;
  now: Cells;
  /** 1 where `expected` is known. */
  known: Uint8Array;
  /** Difference of both parts of the colour. */
  colourLeft: Float32Array;
}

/**
 * By what factor each cell is brighter than `expected` by light alone, or undefined where there is no local light. Only what is
 * explained by a factor counts, and only where its neighbours agree; elsewhere it is what the neighbours say.
 */
export function lightField(comparison: Comparison): Float32Array | undefined {
  const { now } = comparison;
  const across = Math.ceil(now.columns / BLOCK);
  const down = Math.ceil(now.rows / BLOCK);
  const factors = new Float32Array(across * down);
  let local = false;
  for (let block = 0; block < factors.length; block++) {
    const factor = factorOf(comparison, (block % across) * BLOCK, Math.floor(block / across) * BLOCK);
    factors[block] = factor;
    if (factor > 0 && Math.abs(factor - 1) > LEAST_FIELD) local = true;
  }
  if (!local) return undefined;
  const agreed = new Float32Array(factors.length);
  for (let block = 0; block < factors.length; block++)
    agreed[block] = agreedFactor(factors, across, down, block);
  return spread(agreed, across, down, now);
}

/** 0 where light does not explain it. */
function factorOf({ expected, now, known, colourLeft }: Comparison, left: number, top: number): number {
  const { columns, rows, luma } = now;
  const right = Math.min(columns, left + BLOCK);
  const bottom = Math.min(rows, top + BLOCK);
  let was = 0;
  let is = 0;
  let n = 0;
  let colour = 0;
  for (let row = top; row < bottom; row++) {
    for (let cell = row * columns + left; cell < row * columns + right; cell++) {
      if (!known[cell]) continue;
      was += expected[cell] as number;
      is += luma[cell] as number;
      colour += colourLeft[cell] as number;
      n++;
    }
  }
  if (n < (BLOCK * BLOCK) / 2 || was < n || colour >= MOST_COLOUR_LEFT * n) return 0;
  const factor = is / was;
  if (factor > MOST_FIELD || factor < 1 / MOST_FIELD) return 0;
  let misfit = 0;
  for (let row = top; row < bottom; row++) {
    for (let cell = row * columns + left; cell < row * columns + right; cell++) {
      if (known[cell]) misfit += Math.abs((luma[cell] as number) - factor * (expected[cell] as number));
    }
  }
  return misfit < MOST_LEFT * n ? factor : 0;
}

/** The explained factors around a block, sorted; one array for all of them. */
const near = new Float32Array((2 * AROUND + 1) ** 2);

/** The median of the explained factors around; 1 where there are too few. */
function agreedFactor(factors: Float32Array, across: number, down: number, block: number): number {
  const x = block % across;
  const y = (block - x) / across;
  let n = 0;
  for (let row = Math.max(0, y - AROUND); row <= Math.min(down - 1, y + AROUND); row++) {
    for (let column = Math.max(0, x - AROUND); column <= Math.min(across - 1, x + AROUND); column++) {
      const factor = factors[row * across + column] as number;
      if (factor === 0) continue;
      let place = n++;
      for (; place > 0 && (near[place - 1] as number) > factor; place--)
        near[place] = near[place - 1] as number;
      near[place] = factor;
    }
  }
  return n < LEAST_EXPLAINED ? 1 : (near[n >> 1] as number);
}

/** From neighbourhoods to cells, without steps. */
function spread(factors: Float32Array, across: number, down: number, { columns, rows }: Cells): Float32Array {
  const field = new Float32Array(columns * rows);
  const lefts = new Int32Array(columns);
  const parts = new Float32Array(columns);
  for (let column = 0; column < columns; column++) {
    const x = Math.max(0, Math.min(across - 1, (column + 0.5) / BLOCK - 0.5));
    lefts[column] = Math.min(across - 2, Math.floor(x));
    parts[column] = x - (lefts[column] as number);
  }
  for (let row = 0, cell = 0; row < rows; row++) {
    const y = Math.max(0, Math.min(down - 1, (row + 0.5) / BLOCK - 0.5));
    const above = Math.floor(y) * across;
    const below = Math.min(down - 1, Math.floor(y) + 1) * across;
    const part = y - Math.floor(y);
    for (let column = 0; column < columns; column++, cell++) {
      const left = lefts[column] as number;
      const x = parts[column] as number;
      const upper = (1 - x) * (factors[above + left] as number) + x * (factors[above + left + 1] as number);
      const lower = (1 - x) * (factors[below + left] as number) + x * (factors[below + left + 1] as number);
      field[cell] = upper + part * (lower - upper);
    }
  }
  return field;
}
