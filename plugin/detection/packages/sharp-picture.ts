import type { SmallFrame } from '../../camera/contract.ts';
import type { Background } from './background.ts';
import { CELL } from './cells.ts';
import type { Shift } from './steady.ts';

/** Each so many-th row is looked at in a picture. */
const TURNS = 8;

/** The background in all its pixels, for the pictures of decisions; a part of it is renewed with each picture. */
export class SharpPicture {
  readonly luma: Uint8Array;
  #turn = 0;

  constructor({ luma }: SmallFrame) {
    this.luma = Uint8Array.from(luma);
  }

  /** Renews the next rows, where nothing new is there. */
  refresh(
    frame: SmallFrame,
    { value: { columns, rows }, known, differs }: Pick<Background, 'value' | 'known' | 'differs'>,
    shift: Shift,
  ): void {
    this.#turn = (this.#turn + 1) % TURNS;
    for (let row = this.#turn; row < rows; row += TURNS) {
      for (let column = 0; column < columns; column++) {
        const cell = row * columns + column;
        if (known[cell] && !differs[cell]) this.take(frame, cell, columns, shift);
      }
    }
  }

  /** Takes one cell from the picture. */
  take({ luma, width }: SmallFrame, cell: number, columns: number, { dx, dy }: Shift): void {
    const column = cell % columns;
    const at = ((cell - column) / columns) * CELL * width + column * CELL;
    const by = dy * width + dx;
    if (at + by < 0 || at + by + width + 1 >= luma.length) return;
    this.luma[at] = luma[at + by] as number;
    this.luma[at + 1] = luma[at + by + 1] as number;
    this.luma[at + width] = luma[at + by + width] as number;
    this.luma[at + width + 1] = luma[at + by + width + 1] as number;
  }
}
