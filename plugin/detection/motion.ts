import type { Luma } from '../camera/contract.ts';
import { fitBrightness } from './brightness-fit.ts';
import { largestBlob } from './largest-blob.ts';

export interface MotionReading {
  /** True from the third picture in which something moves. */
  moving: boolean;
  /** 0 to 1: how much of the picture the largest moving thing takes up, where a tenth of it counts as 1. */
  score: number;
}

/** Pixels along a side of a cell. The mean of 64 pixels has an eighth of their noise, and a person at the gate still has some cells. */
const CELL = 8;
/** Luma steps by which a cell must differ from the background at least. */
const MIN_DIFFERENCE = 7;
/** A cell that always flickers (leaves, a clock) must differ by so many times its own flicker. */
const FLICKER_FACTOR = 4;
const FLICKER_LEARNING = 0.01;
/** One picture teaches no more than this, so that a passer-by does not count as flicker. */
const MAX_FLICKER_STEP = 20;
/**
 * A cell counts as moving in the picture in which it changes and so many after it, fewer than `MIN_FRAMES` together: what came at
 * once and then lies still is no motion.
 */
const CHANGE_LASTS = 1;
/** Smallest thing that counts, as a part of the picture. */
const MIN_AREA = 0.009;
/** So much of the picture changing within one picture is light, not a visitor: visitors grow over several pictures. */
const GLOBAL_CHANGE = 0.5;
const CALM_BEFORE_GLOBAL_CHANGE = 0.2;
/** Pictures that are only learned from: at the start, and while exposure settles after a change of light. */
const SETTLING_FRAMES = 5;
/** Pictures in which something must move. At 5 a second an insect at the lens is gone by then. */
const MIN_FRAMES = 3;
/** How quickly the background takes on what is seen: everywhere while settling, where it is calm, and where something moves. */
const LEARNING = { settling: 0.5, calm: 0.05, moving: 0.005 };

/**
 * Finds motion in small pictures (about 320 wide, about 5 a second): the difference to a slowly learned background that is first
 * brought to the brightness of the picture, in cells, where it has just changed.
 */
export class MotionDetector {
  #columns = 0;
  #width = 0;
  #height = 0;
  #cells = new Float32Array();
  #background = new Float32Array();
  /** Difference to the background, one picture ago. */
  #difference = new Float32Array();
  /** In how many more pictures a cell counts as changed. */
  #changed = new Uint8Array();
  #flicker = new Float32Array();
  #moving = new Uint8Array();
  #stack = new Int32Array();
  #frames = 0;
  #settling = 0;
  #streak = 0;
  #movingShare = 0;

  /** Takes the next picture. One of another size starts anew. */
  push(frame: Luma): MotionReading {
    if (frame.width !== this.#width || frame.height !== this.#height) this.#begin(frame);
    this.#average(frame);
    if (this.#settling === SETTLING_FRAMES) this.#background.set(this.#cells);
    const movingCells = this.#compare();
    const count = this.#moving.length;
    const share = movingCells / count;
    if (this.#settling > 0) this.#settling--;
    else if (share > GLOBAL_CHANGE && this.#movingShare < CALM_BEFORE_GLOBAL_CHANGE) this.#settle();
    this.#movingShare = share;
    this.#learn();
    if (this.#settling > 0) {
      this.#streak = 0;
      return { moving: false, score: 0 };
    }
    const blob = largestBlob(this.#moving, this.#columns, this.#stack) / count;
    this.#streak = blob >= MIN_AREA ? Math.min(MIN_FRAMES, this.#streak + 1) : Math.max(0, this.#streak - 1);
    return { moving: this.#streak === MIN_FRAMES, score: Math.min(1, blob * 10) };
  }

  #begin({ width, height }: Luma): void {
    this.#width = width;
    this.#height = height;
    this.#columns = Math.floor(width / CELL);
    const count = this.#columns * Math.floor(height / CELL);
    this.#cells = new Float32Array(count);
    this.#background = new Float32Array(count);
    this.#difference = new Float32Array(count);
    this.#changed = new Uint8Array(count);
    this.#flicker = new Float32Array(count);
    this.#moving = new Uint8Array(count);
    this.#stack = new Int32Array(count);
    this.#frames = 0;
    this.#streak = 0;
    this.#movingShare = 0;
    this.#settle();
  }

  #settle(): void {
    this.#settling = SETTLING_FRAMES;
  }

  #average({ luma, width }: Luma): void {
    const cells = this.#cells;
    const columns = this.#columns;
    for (let cell = 0, row = 0; cell < cells.length; row++) {
      for (let column = 0; column < columns; column++, cell++) {
        let sum = 0;
        for (let y = 0; y < CELL; y++) {
          const at = (row * CELL + y) * width + column * CELL;
          for (let x = 0; x < CELL; x++) sum += luma[at + x] as number;
        }
        cells[cell] = sum / (CELL * CELL);
      }
    }
  }

  /** Marks the cells in which something moves; returns how many. */
  #compare(): number {
    const cells = this.#cells;
    const background = this.#background;
    const { gain, offset } = fitBrightness(background, cells);
    // At first the plain mean, so that leaves in the wind are known after seconds.
    const learning = Math.max(FLICKER_LEARNING, 1 / ++this.#frames);
    let count = 0;
    for (let i = 0; i < cells.length; i++) {
      const expected = gain * (background[i] as number) + offset;
      background[i] = expected;
      const difference = (cells[i] as number) - expected;
      const change = Math.abs(difference - (this.#difference[i] as number));
      this.#difference[i] = difference;
      const flicker = this.#flicker[i] as number;
      this.#flicker[i] = flicker + learning * (Math.min(change, MAX_FLICKER_STEP) - flicker);
      const threshold = Math.max(MIN_DIFFERENCE, FLICKER_FACTOR * flicker);
      const left = this.#changed[i] as number;
      const changedNow = change > threshold;
      this.#changed[i] = changedNow ? CHANGE_LASTS : Math.max(0, left - 1);
      const moves = Math.abs(difference) > threshold && (changedNow || left > 0);
      this.#moving[i] = moves ? 1 : 0;
      if (moves) count++;
    }
    return count;
  }

  #learn(): void {
    const settling = this.#settling > 0;
    for (let i = 0; i < this.#background.length; i++) {
      const rate = settling ? LEARNING.settling : this.#moving[i] ? LEARNING.moving : LEARNING.calm;
      this.#background[i] = (this.#background[i] as number) + rate * (this.#difference[i] as number);
    }
  }
}
