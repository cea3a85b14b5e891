import type { Box } from '../../../protocol/detection.ts';
import type { SmallFrame } from '../../camera/contract.ts';
import type { PackageSurroundings, SightZones } from '../contract.ts';
import { Background } from './background.ts';
import { carryOver } from './carry-over.ts';
import { CELL, type Cells, emptyCells, readCells } from './cells.ts';
import { History } from './history.ts';
import { compareLight, SAME_LIGHT } from './light.ts';
import { LightSwitch } from './light-switch.ts';
import { Lively } from './lively.ts';
import { dropSameStructure } from './same-structure.ts';
import { Settle } from './settle.ts';
import { SharpPicture } from './sharp-picture.ts';
import { type Shift, Steady } from './steady.ts';
import type { Visits } from './visits.ts';
import { doorstepCells } from './zone.ts';

/** A longer gap between pictures is a break: what was still before it says nothing, in ms. */
const BREAK_MS = 5000;
/** So long after the start the background is taken from what is still for a moment only, in ms. */
const BEGINNING_MS = 4000;
const STILL_AT_BEGINNING_MS = 500;
const STILL_LATER_MS = 1500;
/** What is learned within so long of the first is as old as the rest, in ms. */
const FIRST_MS = 1200;
/** The first look of the model is waited for so long, in ms. */
const LOOK_PATIENCE_MS = 2500;
/** A look at people holds for so long, in ms. */
const LOOK_HOLDS_MS = 3000;
/** Darkness: a picture as dark as this and with no more spread, in steps of luma. */
const DARK = { mean: 22, spread: 5 };
/** What a change of light that another part of the detection saw leaves after the fit, in steps of luma, to count here. */
const POOR_FIT = 4;
/** At rest a picture is taken in so long, in ms, and no more cells than this differ or change: fewer than a package takes. */
const AT_REST_MS = 550;
const MOST_AT_REST = 12;
/** Between two memories of what differed: a change of light takes less than two of them until it is judged, in ms. */
const WAITING_MS = 2000;

/** One camera's picture as it was, as it is and where both differ. */
export class Scene {
  readonly columns: number;
  readonly rows: number;
  readonly settle: Settle;
  readonly background: Background;
  readonly sharp: SharpPicture;
  readonly lively: Lively;
  readonly history = new History();
  doorstep: Uint8Array;
  /** Grows each time the background is taken anew. */
  generation = 0;
  readonly #now: Cells;
  readonly #steady = new Steady();
  #shift: Shift = { dx: 0, dy: 0 };
  readonly #width: number;
  readonly #height: number;
  #begunAt: number | undefined;
  #lastAt = 0;
  /** Since when something of the background has been known. */
  #knownSince: number | undefined;
  readonly #lightSwitch = new LightSwitch();
  /** Whether the light was changing in the picture before: what differs then says nothing. */
  #unclear = false;
  /** What differed one to three spans ago. */
  readonly #waiting: { at: number; newer: Uint8Array; older: Uint8Array };

  constructor(frame: SmallFrame, zones: SightZones) {
    const { width, height } = frame;
    this.#width = width;
    this.#height = height;
    this.columns = width / CELL;
    this.rows = height / CELL;
    this.settle = new Settle(this.columns, this.rows);
    this.background = new Background(this.columns, this.rows);
    this.sharp = new SharpPicture(frame);
    this.lively = new Lively(this.columns * this.rows);
    this.doorstep = doorstepCells(this.columns, this.rows, zones);
    this.#now = emptyCells(this.columns, this.rows);
    const count = this.columns * this.rows;
    this.#waiting = { at: 0, newer: new Uint8Array(count), older: new Uint8Array(count) };
  }

  /** Whether pictures of this size belong to it. */
  fits({ width, height }: SmallFrame): boolean {
    return width === this.#width && height === this.#height;
  }

  setZones(zones: SightZones): void {
    this.doorstep = doorstepCells(this.columns, this.rows, zones);
  }

  /** Whether the background is still being taken. */
  beginning(at: number): boolean {
    return this.#begunAt === undefined || at - this.#begunAt < BEGINNING_MS;
  }

  /** Whether a picture may be passed over: all is known, nothing waits to be judged, and one was taken a moment ago. */
  mayPass(at: number): boolean {
    const { complete, differing } = this.background;
    const waits = Math.max(differing, this.settle.changed.length) > MOST_AT_REST;
    return complete && !waits && !this.#unclear && at >= this.#lastAt && at - this.#lastAt < AT_REST_MS;
  }

  /** Takes a picture. False while nothing can be told from it: in the dark, or while the light changes. */
  push(frame: SmallFrame, around: PackageSurroundings, visits: Visits): boolean {
    const { at } = frame;
    this.#shift = this.#steady.shiftOf(frame, this.sharp.luma);
    readCells(frame, this.#now, this.#shift);
    if (isDark(this.#now)) {
      this.#lastAt = at;
      return false;
    }
    if (at < this.#lastAt || at - this.#lastAt > BREAK_MS) {
      this.settle.restart(this.#now, at);
      if (at < this.#lastAt) visits.forget();
    }
    this.#lastAt = at;
    this.#begunAt = this.#begunAt === undefined ? at : Math.min(at, this.#begunAt);
    const light = compareLight(this.settle.value, this.#now) ?? SAME_LIGHT;
    this.settle.push(this.#now, at, light);
    this.history.push(this.#now.luma, at);
    const people = visits.boxes(at - LOOK_HOLDS_MS);
    if (people.length === 0) this.lively.learn(this.settle.changed);
    const boxes = this.#cellsOf(people);
    const switched = !light.colour || (around.lightChanged && light.residual > POOR_FIT);
    const clear = this.#compare(at, switched, boxes);
    this.#begin(at, around.people, visits, boxes);
    this.sharp.refresh(frame, this.background, this.#shift);
    return clear;
  }

  /** 1 where the picture has differed from the background since `since`, has been still, and not by light alone. */
  settledDifference(since: number): Uint8Array {
    const { differs, differing, expected, colourLeft } = this.background;
    const set = new Uint8Array(differs.length);
    if (differing === 0) return set;
    const changedAt = this.settle.since;
    for (let i = 0; i < set.length; i++) {
      if (differs[i] && (changedAt[i] as number) <= since) set[i] = 1;
    }
    dropSameStructure(set, expected, this.settle.value, colourLeft);
    return set;
  }

  /** What is in these cells becomes background. */
  accept(cells: readonly number[], frame: SmallFrame): void {
    this.background.accept(this.settle, cells);
    for (const cell of cells) this.sharp.take(frame, cell, this.columns, this.#shift);
  }

  /** Compares with the background; false while the light is changing. */
  #compare(at: number, switched: boolean, people: Uint8Array): boolean {
    const { background, settle } = this;
    this.#keepWaiting(at);
    const light = compareLight(
      background.value,
      settle.value,
      (cell) => !background.known[cell] || background.differs[cell] === 1,
    );
    if (light) background.light = light;
    background.compare(settle, at, people);
    const state = this.#lightSwitch.push({ at, switched, differing: background.differingStill });
    if (state === 'anew') {
      carryOver(background, settle, this.#waiting.older, at);
      this.generation++;
      this.#knownSince = undefined;
      this.#begunAt = at;
    }
    this.#unclear = state === 'unclear';
    return state === 'clear';
  }

  /** Remembers what differed a moment ago: before a change of light, which is seen only when it is there. */
  #keepWaiting(at: number): void {
    if (this.#unclear || Math.abs(at - this.#waiting.at) < WAITING_MS) return;
    const { older, newer } = this.#waiting;
    older.set(newer);
    newer.set(this.background.differs);
    this.#waiting.at = at;
  }

  /** Takes the background from what is still, where it is not known yet and nobody is. */
  #begin(at: number, people: boolean, visits: Visits, boxes: Uint8Array): void {
    const { background, settle } = this;
    if (background.complete) return;
    const begunAt = this.#begunAt ?? at;
    if (people && !visits.begun && at - begunAt < LOOK_PATIENCE_MS) return;
    const still = this.beginning(at) ? STILL_AT_BEGINNING_MS : STILL_LATER_MS;
    for (let i = 0; i < boxes.length; i++) {
      if (background.known[i] || boxes[i] || at - (settle.since[i] as number) < still) continue;
      background.begin(settle, i, {
        at,
        hasColour: background.light.colour,
        late: this.#knownSince !== undefined && at - this.#knownSince > FIRST_MS,
      });
      this.#knownSince ??= at;
    }
    background.complete = background.known.every((known) => known === 1);
  }

  #cellsOf(boxes: readonly Box[]): Uint8Array {
    const cells = new Uint8Array(this.columns * this.rows);
    for (const { left, top, right, bottom } of boxes) {
      for (
        let y = Math.max(0, Math.floor(top * this.rows));
        y < Math.min(this.rows, bottom * this.rows);
        y++
      ) {
        for (
          let x = Math.max(0, Math.floor(left * this.columns));
          x < Math.min(this.columns, right * this.columns);
          x++
        ) {
          cells[y * this.columns + x] = 1;
        }
      }
    }
    return cells;
  }
}

function isDark({ luma }: Cells): boolean {
  let sum = 0;
  let squares = 0;
  let n = 0;
  for (let i = 0; i < luma.length; i += 7) {
    const value = luma[i] as number;
    sum += value;
    squares += value * value;
    n++;
  }
  const mean = sum / n;
  return mean < DARK.mean && Math.sqrt(squares / n - mean * mean) < DARK.spread;
}
