/** Blackens areas in small pictures, before anything is kept of them. */
import type { SmallFrame } from '../camera/contract.ts';
import { coveringRectangles, type Polygon } from '../camera/masks.ts';

/** As a camera shows it, in luma and colour. */
const BLACK = 16;
const NO_COLOUR = 128;

export class HiddenAreas {
  readonly #areas: readonly Polygon[];
  readonly #rectangles: ReturnType<typeof coveringRectangles>;

  constructor(areas: readonly Polygon[] = []) {
    this.#areas = areas;
    this.#rectangles = coveringRectangles(areas);
  }

  /** Whether they are these. */
  are(areas: readonly Polygon[] = []): boolean {
    return JSON.stringify(areas) === JSON.stringify(this.#areas);
  }

  /** The picture with all of them black, whatever it shows there; the same one where nothing is hidden. */
  blacken(frame: SmallFrame): SmallFrame {
    if (this.#rectangles.length === 0) return frame;
    const { width, height } = frame;
    const [luma, cb, cr] = [frame.luma.slice(), frame.cb.slice(), frame.cr.slice()];
    for (const { left, top, right, bottom } of this.#rectangles) {
      // To whole samples of colour, outwards.
      const from = Math.floor((within(left) * width) / 2);
      const to = Math.ceil((within(right) * width) / 2);
      const last = Math.ceil((within(bottom) * height) / 2);
      for (let row = Math.floor((within(top) * height) / 2); row < last; row++) {
        cb.fill(NO_COLOUR, (row * width) / 2 + from, (row * width) / 2 + to);
        cr.fill(NO_COLOUR, (row * width) / 2 + from, (row * width) / 2 + to);
        luma.fill(BLACK, 2 * row * width + 2 * from, 2 * row * width + 2 * to);
        luma.fill(BLACK, (2 * row + 1) * width + 2 * from, (2 * row + 1) * width + 2 * to);
      }
    }
    return { ...frame, luma, cb, cr };
  }
}

/** Where edges cross, a place may come out a hair beside the picture. */
const within = (place: number) => Math.min(1, Math.max(0, place));
