import type { Box } from '../../../protocol/detection.ts';
import type { SmallFrame } from '../../camera/contract.ts';
import type { Scores, SightOptions } from '../contract.ts';
import { heightOf } from '../places.ts';
import { Background } from './background.ts';
import {
  CELL,
  type CellMeasures,
  emptyMeasures,
  type HalfPicture,
  halved,
  measureCells,
  shifted,
} from './cell-grid.ts';
import { cellZones } from './cell-zones.ts';
import { type CellMarks, findThings, type Thing } from './find-things.ts';
import { courseOf, followThings, type Path } from './follow-things.ts';
import { colourOf, type LightReading, lightChanged } from './light-change.ts';
import { findShift } from './shake.ts';

export type MotionOptions = Pick<SightOptions, 'zones' | 'leanings' | 'smallest' | 'shortestMs'>;

export interface MotionReading {
  /** What changes now, largest first; not all of it counts as motion. */
  things: readonly Thing[];
  /** Whether one of them is like something that counts. */
  likely: boolean;
  /** The largest thing that counts as motion in this picture. */
  motion?: { box: Box; score: number; scores: Scores };
  /** Whether the light of the whole picture has just changed. */
  lightChanged: boolean;
  /** Cells in which something has just changed, row by row. */
  active: Uint8Array;
  columns: number;
  rows: number;
}

/** Pictures further apart than this have nothing to do with each other, in ms. */
const LONGEST_GAP_MS = 4000;
/** Pictures that are only learned from: at the start, and while exposure settles after a change of light. */
const SETTLING = 5;
/** A picture this much of which differs is looked at for a shake of the camera. */
const SHAKEN_SHARE = 0.05;
/** More separate spots than this move in rain, in snow or while the camera shakes: then nothing is followed until they are usual. */
const MOST_SPOTS = 9;
/** Spots count when so much of what moves is in small ones. */
const LEAST_SCATTER = 0.4;
const SPOTS_LEARNING = 0.3;
/** A camera that has shaken goes on doing so for a while, in pictures. */
const SHAKEN_FOR = 10;
/** Things of which less shows another structure are light on what was there. A leaning moves it by so much. */
const STRANGE_SHARE = { shipped: 0.3, leaning: 0.12 };

/**
 * Finds motion in the small pictures of one camera: what differs from a running background in brightness or in structure, has just
 * changed, and gets on for long enough.
 */
export class MotionDetector {
  #options: MotionOptions;
  #half: HalfPicture | undefined;
  #size = '';
  #background = new Background(0, 0);
  #measures: CellMeasures = emptyMeasures(0, 0);
  #zones: Uint8Array = new Uint8Array();
  #paths: Path[] = [];
  /** The two pictures before. */
  #light: LightReading[] = [];
  #lastAt = 0;
  #settling = 0;
  /** Mean number of spots of late. */
  #spots = 0;
  /** In so many more pictures the camera counts as shaking. */
  #shaken = 0;

  constructor(options: MotionOptions) {
    this.#options = options;
  }

  /** Takes effect with the next picture. */
  configure(options: MotionOptions): void {
    this.#options = options;
    this.#zones = cellZones(options.zones, this.#measures);
  }

  /** Takes the next picture. One of another size, or after a gap or a step of the clock, starts anew. */
  push(frame: SmallFrame): MotionReading {
    const size = `${frame.width}x${frame.height}`;
    const gap = frame.at - this.#lastAt;
    this.#lastAt = frame.at;
    this.#half = halved(frame, this.#half);
    if (size !== this.#size || gap < 0 || gap > LONGEST_GAP_MS) this.#begin(size, this.#half);
    const changed = this.#readLight(frame, this.#half);
    if (changed) {
      this.#settling = SETTLING;
      this.#paths = [];
    }
    if (this.#settling > 0) {
      this.#settling--;
      this.#background.rebase(this.#half);
      return this.#reading([], changed);
    }
    const marks = this.#background.compare(this.#measures, {
      ...{ zones: this.#zones, leaning: this.#options.leanings.motion, shaken: this.#shaken > 0 },
    });
    const { things, spots, scatter } = findThings(marks);
    const scattered = scatter > LEAST_SCATTER ? spots : 0;
    this.#spots += SPOTS_LEARNING * (scattered - this.#spots);
    this.#paths = followThings(this.#paths, this.#spots > MOST_SPOTS ? [] : things, frame.at, {
      ...this.#options,
      ...{ gridCells: marks.differs.length, noisy: this.#background.noisy },
      strangeShare: STRANGE_SHARE.shipped - STRANGE_SHARE.leaning * this.#options.leanings.motion,
    });
    const moving = this.#paths.filter(
      ({ moves, fitsNow, lastAt }) => moves && fitsNow && lastAt === frame.at,
    );
    this.#background.learn(this.#half, cellsIn(moving, this.#measures));
    const likely = this.#paths.some(
      ({ fitsNow, hits, lastAt }) => fitsNow && hits > 1 && lastAt === frame.at,
    );
    return { ...this.#reading(things, false, marks), likely, ...withMotion(moving, this.#measures) };
  }

  #begin(size: string, half: HalfPicture): void {
    this.#size = size;
    const [columns, rows] = [Math.floor(half.width / CELL), Math.floor(half.height / CELL)];
    this.#measures = emptyMeasures(columns, rows);
    this.#background = new Background(columns, rows);
    this.#background.rebase(half);
    this.#zones = cellZones(this.#options.zones, this.#measures);
    this.#paths = [];
    this.#light = [];
    this.#settling = SETTLING;
  }

  /** Measures the picture; whether the light has changed since one of the two before. */
  #readLight(frame: SmallFrame, half: HalfPicture): boolean {
    const { luma } = this.#background;
    measureCells(half, luma, this.#measures);
    const now: LightReading = {
      colour: colourOf(frame),
      mean: this.#measures.mean.slice(),
      energy: this.#measures.energy.slice(),
    };
    const changed = lightChanged(this.#light, now);
    this.#shaken = Math.max(0, this.#shaken - 1);
    this.#light = changed ? [now] : [...this.#light, now].slice(-2);
    if (!changed && this.#background.differingShare(this.#measures) > SHAKEN_SHARE) {
      const shift = findShift(half, luma);
      if (shift.x !== 0 || shift.y !== 0) {
        this.#shaken = SHAKEN_FOR;
        measureCells(shifted(half, shift), luma, this.#measures);
      }
    }
    return changed;
  }

  #reading(things: Thing[], changed: boolean, marks?: CellMarks): MotionReading {
    const { columns, rows } = this.#measures;
    const active = marks?.active ?? new Uint8Array(columns * rows);
    return { things, likely: false, lightChanged: changed, active, columns, rows };
  }
}

/** Marks the cells in the boxes of these things. */
function cellsIn(paths: readonly Path[], { columns, rows }: CellMeasures): Uint8Array {
  const marks = new Uint8Array(columns * rows);
  for (const { box } of paths.map(({ thing }) => thing)) {
    for (let row = Math.round(box.top * rows); row < box.bottom * rows; row++) {
      marks.fill(
        1,
        row * columns + Math.round(box.left * columns),
        row * columns + Math.round(box.right * columns),
      );
    }
  }
  return marks;
}

function withMotion(moving: readonly Path[], { columns, rows }: CellMeasures): Pick<MotionReading, 'motion'> {
  const [path] = [...moving].sort((a, b) => b.thing.cells - a.thing.cells);
  if (!path) return {};
  const { box, cells, contrast } = path.thing;
  const rounded = (value: number) => Math.round(value * 100) / 100;
  return {
    motion: {
      box,
      score: rounded(Math.min(1, (10 * cells) / (columns * rows))),
      scores: {
        height: rounded(heightOf(box)),
        seconds: rounded((path.lastAt - path.bornAt) / 1000),
        contrast: rounded(contrast),
        got: rounded(courseOf(path.boxes).got),
      },
    },
  };
}
