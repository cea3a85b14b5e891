import type { Box } from '../../../protocol/detection.ts';
import type { SmallFrame } from '../../camera/contract.ts';
import type { Detected, SightNews, SightOptions } from '../contract.ts';
import type { Activity } from '../motion/activity.ts';
import { areaOf, footOf, heightOf, isInside, middleOf, sharedBox, widened } from '../places.ts';
import { zoneOf } from '../zone-name.ts';
import { cropOf } from './crop.ts';
import { isStatic, type KnownFigure, learnFigures } from './static-figures.ts';
import { isNear, stepVisit, type Visit } from './visit.ts';

/** A figure counts from this score on; a leaning of 1 takes off so much. */
const THRESHOLD = { shipped: 0.2, leaning: 0.05 };
/** Somebody who is known to be there is still there with so much of that. */
const WEAK = 0.6;
/** A figure is somebody where something has moved within so many ms. */
const MOVED_MS = 3000;
/** A figure may be furniture when nothing has moved there for so long. */
const QUIET_MS = 4000;
/** What moves beside a figure belongs to it: so much of its size. */
const BESIDE = 0.15;

/** What one look gave. */
export interface PeopleLook {
  news: SightNews[];
  /** Everybody who may be somebody; no furniture, and nothing that the model is far from sure of. */
  people: Detected[];
}

/** Who is there, from one look to the next. */
export class PeopleWatch {
  #options: Pick<SightOptions, 'zones' | 'leanings'>;
  #visit: Visit | undefined;
  #known: KnownFigure[] = [];
  #seen: readonly Detected[] = [];
  #seenAt = 0;

  constructor(options: Pick<SightOptions, 'zones' | 'leanings'>) {
    this.#options = options;
  }

  configure(options: Pick<SightOptions, 'zones' | 'leanings'>): void {
    this.#options = options;
  }

  /** Whether somebody is there, or may be. */
  get somebody(): boolean {
    return this.#visit !== undefined;
  }

  /** Whom the last look showed; nobody when it was longer ago. */
  seenAt(at: number, ms: number): readonly Detected[] {
    return Math.abs(at - this.#seenAt) <= ms ? this.#seen : [];
  }

  /** Takes the answer to a look. */
  look(
    frame: SmallFrame,
    figures: readonly Detected[],
    part: Box | undefined,
    activity: Activity,
  ): PeopleLook {
    const { at } = frame;
    const people = figures.filter((figure) => !isStatic(this.#known, figure));
    const threshold = THRESHOLD.shipped - THRESHOLD.leaning * this.#options.leanings.person;
    const step = stepVisit(
      this.#visit,
      {
        ...{ at, partly: part !== undefined, movingSince: activity.since(at) },
        figures: people
          .filter(({ box }) => this.#counts(box))
          .map((figure) => ({
            ...figure,
            moved: activity.movedIn(widened(figure.box, BESIDE), at, MOVED_MS),
          })),
      },
      { threshold },
    );
    const before = this.#visit?.boxes ?? [];
    this.#visit = step.visit;
    if (!part) this.#learn(figures, at, activity);
    const seen = people.filter(({ score }) => score >= threshold);
    // Whom a part does not show may still be there.
    if (!part || seen.length > 0) {
      this.#seen = seen;
      this.#seenAt = at;
    }
    const news: SightNews[] = [];
    if (step.leftAt !== undefined) news.push({ type: 'left', at: step.leftAt });
    if (step.tell) news.push(this.#tell(frame, step.tell));
    return { news, people: people.filter((figure) => isSomebody(figure, before, threshold)) };
  }

  /** Nobody looks any more: who was there is gone. */
  end(): SightNews[] {
    const visit = this.#visit;
    this.#visit = undefined;
    return visit?.told ? [{ type: 'left', at: visit.lastAt }] : [];
  }

  #counts(box: Box): boolean {
    const { motion, ignore } = this.#options.zones;
    const places = [footOf(box), middleOf(box)];
    if (places.every((place) => isInside(ignore, place))) return false;
    return motion.length === 0 || places.some((place) => isInside(motion, place));
  }

  #learn(figures: readonly Detected[], at: number, activity: Activity): void {
    const visitors = this.#visit?.boxes ?? [];
    this.#known = learnFigures(this.#known, figures, at, ({ box }) => {
      const taken = visitors.some((other) => areaOf(sharedBox(box, other)) > 0.3 * areaOf(box));
      return !taken && !activity.movedIn(box, at, QUIET_MS);
    });
  }

  #tell(frame: SmallFrame, { score, box }: Detected): SightNews {
    const zone = zoneOf(box, this.#options.zones);
    const rounded = (value: number) => Math.round(value * 100) / 100;
    return {
      type: 'person',
      at: frame.at,
      score: rounded(Math.min(1, score)),
      box,
      scores: { score: rounded(score), height: rounded(heightOf(box)) },
      ...(zone && { zone }),
      crop: cropOf(frame, box),
    };
  }
}

/** Whom a visit knows already may be seen badly for a moment, as when they bend down. */
function isSomebody({ score, box }: Detected, visitors: readonly Box[], threshold: number): boolean {
  return score >= threshold || (score >= WEAK * threshold && visitors.some((other) => isNear(other, box)));
}
