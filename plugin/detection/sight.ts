import { ulid } from 'ulid';
import type { Box, SightInfo } from '../../protocol/detection.ts';
import type { SmallFrame } from '../camera/contract.ts';
import type {
  Detected,
  PackageStep,
  PackageWatch,
  Sight,
  SightNews,
  SightOptions,
  SightStep,
} from './contract.ts';
import { HiddenAreas } from './hidden-areas.ts';
import { Activity } from './motion/activity.ts';
import { MotionDetector, type MotionReading } from './motion/motion.ts';
import { createPackageWatch } from './packages/package-watch.ts';
import { cropOf } from './people/crop.ts';
import { LookPacing } from './people/look-pacing.ts';
import { PeopleWatch } from './people/people-watch.ts';
import { areaOf, heightOf, widthOf } from './places.ts';
import { zoneOf } from './zone-name.ts';

export interface SightDeps {
  /** A new ULID for something that happened at this time, epoch ms. */
  newId: (at: number) => string;
}

/** Whom a look showed is drawn for so long, in ms. */
const SHOWN_MS = 2500;
/** A motion after a longer pause than this is a new one, in ms. */
const NEW_MOTION_MS = 8000;
/** A motion that takes up more of the picture by this factor is worth another crop. */
const BETTER_CROP = 1.5;
/** What packages want looked at is worth a look for so long, in ms. */
const PART_WANTED_MS = 1500;
/** Only what is lower than this part of the picture may be too small for a look at all of it. */
const FAR_HEIGHT = 0.4;
/** A part that is looked at is so many times as high as the thing in it. */
const FAR_MARGIN = 1.8;

/** The eyes of one camera: motion, people and packages in its pictures. */
export function createSight(options: SightOptions, deps: SightDeps = { newId: ulid }): Sight {
  return new CameraSight(options, deps);
}

class CameraSight implements Sight {
  #options: SightOptions;
  readonly #deps: SightDeps;
  #motion: MotionDetector;
  #hidden: HiddenAreas;
  readonly #activity = new Activity();
  readonly #people: PeopleWatch;
  readonly #pacing = new LookPacing();
  #packages: PackageWatch | undefined;
  #confirmed = true;
  #memory: string | undefined;
  /** The picture that is being looked at. */
  #looking: SmallFrame | undefined;
  #reading: MotionReading | undefined;
  #at = 0;
  #motionAt = Number.NEGATIVE_INFINITY;
  #cropArea = 0;
  /** What packages want looked at, until it is, or for a while. */
  #packagePart: { box: Box; at: number } | undefined;

  constructor(options: SightOptions, deps: SightDeps) {
    this.#options = counting(options);
    this.#deps = deps;
    this.#hidden = new HiddenAreas(options.zones.hidden);
    this.#motion = new MotionDetector(this.#options);
    this.#people = new PeopleWatch(this.#options);
    this.#memory = options.memory;
    if (options.packages) this.#packages = this.#beginPackages();
  }

  push(given: SmallFrame): SightStep {
    const frame = this.#hidden.blacken(given);
    const { at } = frame;
    const reading = this.#motion.push(frame);
    this.#reading = reading;
    this.#at = at;
    this.#activity.add(at, reading);
    const news: SightNews[] = [];
    if (reading.motion) news.push(this.#tellMotion(frame, reading.motion));
    const step = this.#packages?.push(frame, {
      people: this.#options.people,
      lightChanged: reading.lightChanged,
      active: this.#activity.isActive(at),
    });
    if (step) news.push(...this.#tellPackages(step, at));
    if (step?.look) this.#packagePart = { box: step.look, at };
    if (!this.#options.people) return { news: [...news, ...this.#people.end()] };
    const wanted = this.#wantLook(at, reading);
    if (!wanted) return { news };
    this.#looking = frame;
    return { news, look: { frame, ...(wanted !== 'whole' && { part: wanted }) } };
  }

  looked(at: number, detected: readonly Detected[], part?: Box): SightStep {
    const frame = this.#looking;
    if (frame?.at !== at) return { news: [] };
    this.#pacing.answered();
    this.#looking = undefined;
    if (!this.#options.people) return { news: [] };
    const figures = detected.filter(({ label }) => label === 'person');
    const { news, people } = this.#people.look(frame, figures, part, this.#activity);
    const packages = detected.filter(({ label }) => label === 'package');
    this.#packages?.seen({ at, people, packages, ...(part && { part }) });
    return { news };
  }

  notLooked(): void {
    this.#pacing.answered();
    this.#looking = undefined;
  }

  configure(given: SightOptions): void {
    const options = counting(given);
    this.#options = options;
    this.#motion.configure(options);
    this.#people.configure(options);
    if (!options.packages) this.#packages = undefined;
    else if (this.#packages) this.#packages.configure(options);
    else this.#packages = this.#beginPackages();
    if (this.#hidden.are(options.zones.hidden)) return;
    this.#hidden = new HiddenAreas(options.zones.hidden);
    this.forget();
  }

  forget(): void {
    this.#motion = new MotionDetector(this.#options);
    this.#reading = undefined;
    if (this.#packages) this.#packages = this.#beginPackages();
    this.#packagePart = undefined;
    this.notLooked();
  }

  gone(packageIds: readonly string[]): SightStep {
    return { news: this.#packages ? this.#toldMemory(this.#packages.gone(packageIds)) : [] };
  }

  info(): SightInfo {
    const { active, columns, rows } = this.#reading ?? { active: [], columns: 0, rows: 0 };
    const { candidates, packages } = this.#packages?.info() ?? { candidates: [], packages: [] };
    return {
      at: this.#at,
      motion: { columns, rows, cells: Array.from(active, (one) => (one ? '1' : '0')).join('') },
      people: this.#people.seenAt(this.#at, SHOWN_MS).map(({ box, score }) => ({ box, score })),
      ...{ candidates, packages },
      ...{ smallest: this.#options.smallest, shortestMs: this.#options.shortestMs },
    };
  }

  #beginPackages(): PackageWatch {
    const { memory: _, ...options } = this.#options;
    return createPackageWatch({
      ...options,
      ...this.#deps,
      ...(this.#memory !== undefined && { memory: this.#memory }),
    });
  }

  #tellMotion(frame: SmallFrame, motion: NonNullable<MotionReading['motion']>): SightNews {
    const isNew = Math.abs(frame.at - this.#motionAt) > NEW_MOTION_MS;
    this.#motionAt = frame.at;
    const area = areaOf(motion.box);
    const better = isNew || area > BETTER_CROP * this.#cropArea;
    if (better) this.#cropArea = area;
    const zone = zoneOf(motion.box, this.#options.zones);
    return {
      ...{ type: 'motion', at: frame.at, ...motion },
      ...(zone && { zone }),
      ...(better && { crop: cropOf(frame, motion.box) }),
    };
  }

  #tellPackages({ news, over, memory, confirmed }: PackageStep, at: number): SightNews[] {
    const told: SightNews[] = over ? [{ type: 'over', packageIds: over }, ...news] : [...news];
    if (confirmed !== this.#confirmed) {
      this.#confirmed = confirmed;
      told.push({ type: 'certainty', at, confirmed });
    }
    return memory === undefined ? told : [...told, ...this.#toldMemory(memory)];
  }

  #toldMemory(text: string): SightNews[] {
    if (text === this.#memory) return [];
    this.#memory = text;
    return [{ type: 'memory', text }];
  }

  #wantLook(at: number, reading: MotionReading): 'whole' | Box | undefined {
    const farPart = this.#people.somebody ? undefined : farPartOf(reading);
    if (this.#packagePart && Math.abs(at - this.#packagePart.at) > PART_WANTED_MS)
      this.#packagePart = undefined;
    const packagePart = this.#packagePart?.box;
    const wanted = this.#pacing.want({
      ...{ at, active: this.#activity.isActive(at), likely: this.#activity.isLikely(at) },
      somebody: this.#people.somebody,
      ...(packagePart && { packagePart }),
      ...(farPart && { farPart }),
    });
    if (wanted === packagePart) this.#packagePart = undefined;
    return wanted && wanted !== 'whole' && areaOf(wanted) >= 1 ? 'whole' : wanted;
  }
}

/** Nothing counts where nothing is seen: that it becomes black is neither motion nor a package. */
function counting(options: SightOptions): SightOptions {
  const { zones } = options;
  return { ...options, zones: { ...zones, ignore: [...zones.ignore, ...(zones.hidden ?? [])] } };
}

/** The part around something small that moves. */
function farPartOf({ motion }: MotionReading): Box | undefined {
  if (!motion || heightOf(motion.box) > FAR_HEIGHT) return undefined;
  const { left, top, right, bottom } = motion.box;
  const size = Math.min(1, FAR_MARGIN * Math.max(heightOf(motion.box), widthOf(motion.box)));
  const place = (from: number, to: number) => {
    const start = Math.min(1 - size, Math.max(0, (from + to - size) / 2));
    return [start, start + size] as const;
  };
  const [partLeft, partRight] = place(left, right);
  const [partTop, partBottom] = place(top, bottom);
  return { left: partLeft, top: partTop, right: partRight, bottom: partBottom };
}
