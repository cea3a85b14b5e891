import type { SmallFrame } from '../../camera/contract.ts';
import { CELL, type Cells } from './cells.ts';

/** Each so many-th row is looked at in a picture. */
const TURNS = 8;

/** The background in all its pixels, for the pictures of decisions; a part of it is renewed with each picture. */
export class SharpPicture {
  readonly luma: Uint8Array;
  #turn = 0;

  constructor(width: number, height: number) {
    this.luma = new Uint8Array(width * height);
  }

  /** Renews the next rows, where `holds` says that nothing new is there. */
  refresh(
    frame: SmallFrame,
    { columns, rows }: Pick<Cells, 'columns' | 'rows'>,
    holds: (cell: number) => boolean,
  ): void {
    this.#turn = (this.#turn + 1) % TURNS;
    for (let row = this.#turn; row < rows; row += TURNS) {
      for (let column = 0; column < columns; column++) {
        const cell = row * columns + column;
        if (holds(cell)) this.take(frame, cell, columns);
      }
    }
  }

  /** Takes one cell from the picture. */
  take({ luma, width }: SmallFrame, cell: number, columns: number): void {
    const column = cell % columns;
    const at = ((cell - column) / columns) * CELL * width + column * CELL;
    for (const pixel of [at, at + 1, at + width, at + width + 1]) this.luma[pixel] = luma[pixel] as number;
  }
}
