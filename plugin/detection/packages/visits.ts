import type { Box } from '../../../protocol/detection.ts';
import type { PeopleSeen } from '../contract.ts';
import { areaOf, grown, overlap, sharedBox } from '../places.ts';

/** Answers of the model are remembered for so long, in ms. */
const MEMORY_MS = 30_000;
/** An arm reaches so far beyond the body, in parts of the width and of the height. */
const REACH_ACROSS = 0.7;
const REACH_ALONG = 0.25;
/** A person in a box may stick out by this part of it. */
const MARGIN = 0.12;
/** Shadows and reflections lie before the feet, by this part of the height. */
const BEFORE_FEET = 0.3;
/** Somebody this near has not left yet, in parts of the width. */
const NEAR_ACROSS = 0.4;

/** What is known of a place at a time: nobody looked since then, somebody is there, or nobody is. */
export type Presence = 'unknown' | 'somebody' | 'nobody';

/** Where people were, and when: whether a visit explains a change. Boxes are in parts of the picture. */
export class Visits {
  #answers: PeopleSeen[] = [];

  add(answer: PeopleSeen): void {
    this.#answers.push(answer);
    this.#answers.sort((a, b) => a.at - b.at);
    const newest = (this.#answers.at(-1) as PeopleSeen).at;
    this.#answers = this.#answers.filter(({ at }) => at > newest - MEMORY_MS && at <= newest);
  }

  /** Whether somebody was near enough to touch the place between these times. */
  near(place: Box, from: number, to: number): boolean {
    return this.#answers.some(
      ({ at, people }) =>
        at >= from &&
        at <= to &&
        people.some(({ box }) => overlap(grown(box, REACH_ACROSS, REACH_ALONG), place)),
    );
  }

  /** Who is at the place, by the newest look at it since `since`. */
  at(place: Box, since: number): Presence {
    const newest = this.#answers.findLast(({ at, part }) => at >= since && covers(part, place));
    if (!newest) return 'unknown';
    return newest.people.some(({ box }) => overlap(aroundSomebody(box), place)) ? 'somebody' : 'nobody';
  }

  /** Where people stand by the newest look, a little more than that; empty when it is older than `since`. */
  boxes(since: number): Box[] {
    const newest = this.#answers.findLast(({ at, part }) => at >= since && !part);
    return newest ? newest.people.map(({ box }) => grown(box, MARGIN)) : [];
  }

  /** Whether there has been any answer about the whole picture. */
  get begun(): boolean {
    return this.#answers.length > 0;
  }

  /** A break in time: what was before says nothing of now. */
  forget(): void {
    this.#answers = [];
  }
}

function aroundSomebody(box: Box): Box {
  const around = grown(box, NEAR_ACROSS, MARGIN);
  return { ...around, bottom: box.bottom + BEFORE_FEET * (box.bottom - box.top) };
}

const covers = (part: Box | undefined, place: Box) =>
  !part || areaOf(sharedBox(part, place)) > 0.9 * areaOf(place);
