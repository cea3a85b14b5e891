import type { Box } from '../../../protocol/detection.ts';
import type { Background } from './background.ts';
import type { Blob } from './blobs.ts';
import { colourIn } from './light.ts';
import type { Settle } from './settle.ts';

/** A place before and after, in the light of now, with what lies around it. Cells row by row. */
export interface Patch {
  columns: number;
  rows: number;
  /** 1 for each cell that changed, and for the holes in it. */
  inside: Uint8Array;
  /** 1 for each cell around it that can be compared. */
  ring: Uint8Array;
  before: Planes;
  after: Planes;
  /** Whether both have colour. */
  colour: boolean;
}

/** Three values a cell: light, and both parts of the colour about 0. */
export interface Planes {
  luma: Float32Array;
  cb: Float32Array;
  cr: Float32Array;
}

/** How far around a blob a patch reaches, in cells. */
const MARGIN = 5;

/** Cuts out a blob with its surroundings. The light around it is made the same before and after. */
export function cutPatch(blob: Blob, background: Background, settle: Settle): Patch {
  const { columns: width, rows: height } = background.value;
  const left = Math.max(0, blob.box.left - MARGIN);
  const top = Math.max(0, blob.box.top - MARGIN);
  const columns = Math.min(width, blob.box.right + MARGIN) - left;
  const rows = Math.min(height, blob.box.bottom + MARGIN) - top;
  const inside = new Uint8Array(columns * rows);
  for (const cell of blob.cells) {
    const column = cell % width;
    inside[((cell - column) / width - top) * columns + column - left] = 1;
  }
  fillHoles(inside, columns, rows);
  const near = dilated(inside, columns, rows, MARGIN - 1);
  const ring = new Uint8Array(inside.length);
  const before = planes(inside.length);
  const after = planes(inside.length);
  const { light } = background;
  const { colour, cbOffset, crOffset } = light;
  let coloured = colour;
  for (let i = 0; i < inside.length; i++) {
    const cell = (top + Math.floor(i / columns)) * width + left + (i % columns);
    before.luma[i] = background.expected[cell] as number;
    before.cb[i] = colourIn(light, background.value.cb[cell] as number, cbOffset) - 128;
    before.cr[i] = colourIn(light, background.value.cr[cell] as number, crOffset) - 128;
    after.luma[i] = settle.value.luma[cell] as number;
    after.cb[i] = (settle.value.cb[cell] as number) - 128;
    after.cr[i] = (settle.value.cr[cell] as number) - 128;
    if (inside[i] && !background.coloured[cell]) coloured = false;
    if (!inside[i] && near[i] && background.known[cell] && !background.differs[cell]) ring[i] = 1;
  }
  return { columns, rows, inside, ring, before, after, colour: coloured };
}

/** The place of a blob in parts of the picture. */
export const placeOf = ({ box }: Blob, columns: number, rows: number): Box => ({
  left: box.left / columns,
  top: box.top / rows,
  right: box.right / columns,
  bottom: box.bottom / rows,
});

const planes = (count: number): Planes => ({
  luma: new Float32Array(count),
  cb: new Float32Array(count),
  cr: new Float32Array(count),
});

/** Cells within `reach` of a set one, itself included. */
export function dilated(set: Uint8Array, columns: number, rows: number, reach: number): Uint8Array {
  const across = new Uint8Array(set.length);
  const out = new Uint8Array(set.length);
  for (let i = 0; i < set.length; i++) {
    if (!set[i]) continue;
    const column = i % columns;
    const from = i - Math.min(column, reach);
    const to = i + Math.min(columns - 1 - column, reach);
    for (let j = from; j <= to; j++) across[j] = 1;
  }
  for (let i = 0; i < set.length; i++) {
    if (!across[i]) continue;
    const row = Math.floor(i / columns);
    const from = Math.max(0, row - reach);
    const to = Math.min(rows - 1, row + reach);
    for (let y = from; y <= to; y++) out[y * columns + (i % columns)] = 1;
  }
  return out;
}

/** Sets what the set cells enclose: whatever cannot be reached from the edge. */
function fillHoles(set: Uint8Array, columns: number, rows: number): void {
  const outside = new Uint8Array(set.length);
  const stack: number[] = [];
  const visit = (cell: number) => {
    if (set[cell] || outside[cell]) return;
    outside[cell] = 1;
    stack.push(cell);
  };
  for (let x = 0; x < columns; x++) {
    visit(x);
    visit((rows - 1) * columns + x);
  }
  for (let y = 0; y < rows; y++) {
    visit(y * columns);
    visit(y * columns + columns - 1);
  }
  for (let cell = stack.pop(); cell !== undefined; cell = stack.pop()) {
    const x = cell % columns;
    if (x > 0) visit(cell - 1);
    if (x < columns - 1) visit(cell + 1);
    if (cell >= columns) visit(cell - columns);
    if (cell + columns < set.length) visit(cell + columns);
  }
  for (let i = 0; i < set.length; i++) if (!outside[i]) set[i] = 1;
}
