import type { Box } from '../../../protocol/detection.ts';
import type { KnownPackage } from './known-packages.ts';
import { alike, cutLook } from './look.ts';
import type { Scene } from './scene.ts';

/** A place looks like the package that was put there, in whatever light. */
const LOOKS_LIKE_IT = 0.5;
/** It must be still for so long, in ms. */
const STILL_MS = 2000;
/** Part of the place that may move. */
const RESTLESS = 0.1;

/** Which packages are known to lie there still: seen to come against this background, or recognised since it was taken anew. */
export class Confirmed {
  /** By package, the background against which it was seen last. */
  readonly #seenIn = new Map<string, number>();

  /** It was seen to come, or recognised. */
  see(id: string, scene: Pick<Scene, 'generation'>): void {
    this.#seenIn.set(id, scene.generation);
  }

  /** Whether it is known to lie there. */
  has(id: string, scene: Pick<Scene, 'generation'>): boolean {
    return this.#seenIn.get(id) === scene.generation;
  }

  /** Something changed there that no visit explains, or nobody could see it. */
  doubt(id: string): void {
    this.#seenIn.delete(id);
  }

  /** Looks for those that are in doubt; true when none is left. */
  check(known: readonly KnownPackage[], scene: Scene, at: number): boolean {
    for (const id of this.#seenIn.keys()) {
      if (!known.some((one) => one.id === id)) this.#seenIn.delete(id);
    }
    let all = true;
    for (const one of known) {
      if (this.has(one.id, scene)) continue;
      if (
        isStill(one.box, scene, at) &&
        (alike(cutLook(scene.settle.value, one.box), one.after) ?? 0) > LOOKS_LIKE_IT
      ) {
        this.see(one.id, scene);
      } else all = false;
    }
    return all;
  }
}

/** Whether nothing moves in a place. */
export function isStill(
  box: Box,
  { columns, rows, settle }: Pick<Scene, 'columns' | 'rows' | 'settle'>,
  at: number,
): boolean {
  let restless = 0;
  let n = 0;
  for (let y = Math.floor(box.top * rows); y < Math.min(rows, box.bottom * rows); y++) {
    for (let x = Math.floor(box.left * columns); x < Math.min(columns, box.right * columns); x++) {
      n++;
      if (at - (settle.since[y * columns + x] as number) < STILL_MS) restless++;
    }
  }
  return restless < RESTLESS * n;
}
