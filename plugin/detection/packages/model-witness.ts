import type { Box } from '../../../protocol/detection.ts';
import type { Detected, PeopleSeen } from '../contract.ts';
import { areaOf, coverage, likeness, overlap } from '../places.ts';

/** Looks are remembered for so long, in ms. */
const MEMORY_MS = 60_000;
/** What the model takes for a package is the thing at a place when both cover so much of each other. */
const SAME = 0.3;
/** A look at a part of the picture no larger than this is a close one. */
const CLOSE = 0.5;
/** It shows a place of which it holds so much. */
const LEAST_PART = 0.9;

/**
 * What a model that knows packages says of a change: `came` and `went` where it took the thing for a package after it alone, or before
 * it alone; `doubted` where it looked closely and saw none; `silent` otherwise, and always where the model knows no packages.
 */
export type Witness = 'came' | 'went' | 'doubted' | 'silent';

type Saw = 'package' | 'nothing' | 'unknown';

/** Where an owner's model saw packages lately. Times are epoch ms. */
export class ModelWitness {
  #looks: PeopleSeen[] = [];
  /** Whether it has ever seen one: most models know people alone. */
  #knowsPackages = false;

  add(look: PeopleSeen): void {
    if (look.packages.length > 0) this.#knowsPackages = true;
    if (!this.#knowsPackages) return;
    this.#looks.push(look);
    this.#looks = this.#looks.filter(({ at }) => Math.abs(look.at - at) < MEMORY_MS);
  }

  /** Of a place that changed at `changedAt` and has been as it is since `stillSince`. */
  of(place: Box, changedAt: number, stillSince: number): Witness {
    const before = this.#newest(place, ({ at }) => at < changedAt);
    const after = this.#newest(place, ({ at }) => at > stillSince);
    if (after === 'package') return before === 'package' ? 'silent' : 'came';
    if (before === 'package' && after === 'nothing') return 'went';
    return after === 'nothing' && before === 'nothing' ? 'doubted' : 'silent';
  }

  #newest(place: Box, when: (look: PeopleSeen) => boolean): Saw {
    let saw: Saw = 'unknown';
    for (const look of this.#looks) {
      if (!when(look)) continue;
      const now = sawIn(look, place);
      if (now !== 'unknown') saw = now;
    }
    return saw;
  }
}

/** What somebody carries is not there yet. A box may be missed in the whole picture, where things are small. */
function sawIn({ people, packages, part }: PeopleSeen, place: Box): Saw {
  if (people.some(({ box }) => overlap(box, place))) return 'unknown';
  if (packages.some((one) => isAt(one, place))) return 'package';
  const closely = part && areaOf(part) <= CLOSE && coverage(part, place) >= LEAST_PART;
  return closely ? 'nothing' : 'unknown';
}

const isAt = ({ box }: Detected, place: Box) => likeness(box, place) > SAME;
