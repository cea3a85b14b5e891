import type { Box } from '../../../protocol/detection.ts';
import type { Blob } from './blobs.ts';
import { type PlaceFacts, VISIT_AFTER_MS, VISIT_BEFORE_MS } from './facts.ts';
import { dilated } from './patch.ts';
import type { Scene } from './scene.ts';
import type { Visits } from './visits.ts';

/** What hides a place for longer than this may have changed it, in ms; hands alone hide it no longer than that. */
const MOST_HIDDEN_MS = 2500;
const MOST_HIDDEN_BY_HANDS_MS = 8000;
/** Cells around what was decided that become background with it: its shadow. */
const SHADOW = 3;

/** Facts of a place, and when it was as it is. */
export interface TimedFacts extends PlaceFacts {
  /** When the place had first been seen as it is now, before all that hid it; epoch ms. */
  seenAt: number;
  /** When it was last seen to change; epoch ms. */
  restedAt: number;
}

/** It happened when the place first showed what it shows now, though hands or somebody may have been before it since. */
export function withTimeOfAct(facts: PlaceFacts, blob: Blob, scene: Scene): TimedFacts {
  const { background, settle, history } = scene;
  const { cells } = blob;
  const around = facts.people ? [] : cellsAround(blob, scene).filter((cell) => !background.differs[cell]);
  const change = { before: background.expected, after: settle.value.luma, around, latest: facts.changedAt };
  const seenAt = history.firstSeen(cells, { ...change, mostHidden: Number.POSITIVE_INFINITY });
  const changedAt = history.firstSeen(cells, { ...change, mostHidden: MOST_HIDDEN_MS });
  return { ...facts, changedAt, seenAt, restedAt: facts.changedAt };
}

/**
 * What was there before anybody was near never changed: the background had been of somebody, or of their shadow. Hands alone hide a
 * place for a moment.
 */
export const explained = ({ people, seenAt, restedAt }: TimedFacts, place: Box, visits: Visits) =>
  people
    ? visits.near(place, seenAt - VISIT_BEFORE_MS, seenAt + VISIT_AFTER_MS)
    : restedAt - seenAt < MOST_HIDDEN_BY_HANDS_MS;

/** The blob's cells, and what is close by: its shadow. */
export function cellsAround({ cells, box }: Blob, { columns, rows, background }: Scene): number[] {
  const set = new Uint8Array(columns * rows);
  for (const cell of cells) set[cell] = 1;
  const near = dilated(set, columns, rows, SHADOW);
  const out: number[] = [];
  for (let row = Math.max(0, box.top - SHADOW); row < Math.min(rows, box.bottom + SHADOW); row++) {
    for (
      let column = Math.max(0, box.left - SHADOW);
      column < Math.min(columns, box.right + SHADOW);
      column++
    ) {
      const cell = row * columns + column;
      if (set[cell] || (near[cell] && background.known[cell])) out.push(cell);
    }
  }
  return out;
}
