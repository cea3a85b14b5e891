import type { Box, DetectionRule, SightInfo } from '../../../protocol/detection.ts';
import type { SmallFrame } from '../../camera/contract.ts';
import type {
  PackageNews,
  PackageStep,
  PackageSurroundings,
  PackageWatch,
  PeopleSeen,
  SightOptions,
} from '../contract.ts';
import { type Blob, findBlobs } from './blobs.ts';
import { areaOf, coverage, grown } from './boxes.ts';
import { cropOf } from './crop.ts';
import { gatherFacts } from './facts.ts';
import { judge } from './judge.ts';
import { type KnownPackage, recall, remember } from './known-packages.ts';
import { cutLook } from './look.ts';
import { cutPatch, dilated, type Patch, placeOf } from './patch.ts';
import { measurePolarity } from './polarity.ts';
import { Scene } from './scene.ts';
import { Visits } from './visits.ts';

export interface PackageWatchOptions extends Pick<SightOptions, 'zones' | 'leanings' | 'people' | 'memory'> {
  /** A new ULID for something that happened at this time, epoch ms. */
  newId: (at: number) => string;
}

/** A place must be still for so long before it is looked at, in ms. */
const SETTLED_MS = 1200;
/** Fewer cells are noise. */
const LEAST_CELLS = 14;
/** Between two wishes to look closer, in ms. */
const LOOK_EVERY_MS = 1000;
/** A package that covers so much of a known one, or is covered so, is the same place. */
const SAME_PLACE = 0.4;
/** For so long what shows beside a place belongs to what was decided there, in ms. */
const SAME_ACT_MS = 5000;
/** A change whose direction is less clear than this is none of a package. */
const LEAST_POLARITY = 0.38;
/** Cells around what was decided that become background with it: its shadow. */
const SHADOW = 3;

/** The search for packages in the pictures of one camera. */
export function createPackageWatch(options: PackageWatchOptions): PackageWatch {
  return new Watch(options);
}

class Watch implements PackageWatch {
  readonly #newId: (at: number) => string;
  readonly #visits = new Visits();
  #options: Pick<SightOptions, 'zones' | 'leanings'>;
  #known: KnownPackage[];
  #scene: Scene | undefined;
  #candidates: SightInfo['candidates'] = [];
  #lookAsked = 0;
  /** Places of the newest decisions. */
  #told: { at: number; box: Box }[] = [];
  #people: boolean;

  constructor({ zones, leanings, memory, people, newId }: PackageWatchOptions) {
    this.#options = { zones, leanings };
    this.#people = people;
    this.#newId = newId;
    this.#known = recall(memory);
  }

  push(frame: SmallFrame, around: PackageSurroundings): PackageStep {
    this.#people = around.people;
    if (!this.#scene?.fits(frame)) this.#scene = new Scene(frame, this.#options.zones);
    const scene = this.#scene;
    this.#candidates = [];
    const clear = scene.push(frame, around, this.#visits);
    if (!clear) return { news: [], confirmed: false, ...this.#lookAtAll(scene, frame.at) };
    const step: PackageStep = { news: [], confirmed: true, ...this.#lookAtAll(scene, frame.at) };
    for (const blob of findBlobs(
      scene.settledDifference(frame.at - SETTLED_MS),
      scene.columns,
      LEAST_CELLS,
    )) {
      const news = this.#consider(blob, scene, frame, step);
      if (news) step.news.push(news);
    }
    if (step.news.length > 0) step.memory = remember(this.#known);
    return step;
  }

  seen(people: PeopleSeen): void {
    this.#visits.add(people);
  }

  configure(options: Pick<SightOptions, 'zones' | 'leanings'>): void {
    this.#options = options;
    this.#scene?.setZones(options.zones);
  }

  info(): Pick<SightInfo, 'candidates' | 'packages'> {
    return { candidates: this.#candidates, packages: this.#known.map(({ id, box }) => ({ id, box })) };
  }

  /** At the start somebody may be standing there: the background must not begin with them. */
  #lookAtAll(scene: Scene, at: number): { look?: Box } {
    if (!this.#people || !scene.beginning(at) || at - this.#lookAsked < LOOK_EVERY_MS) return {};
    this.#lookAsked = at;
    return { look: { left: 0, top: 0, right: 1, bottom: 1 } };
  }

  #consider(blob: Blob, scene: Scene, frame: SmallFrame, step: PackageStep): PackageNews | undefined {
    const { columns, rows } = scene;
    const place = placeOf(blob, columns, rows);
    const patch = cutPatch(blob, scene.background, scene.settle);
    const facts = gatherFacts({
      blob,
      place,
      patch,
      scene,
      visits: this.#visits,
      people: this.#people,
      at: frame.at,
    });
    const judgement = judge(facts, this.#options.leanings.package);
    if (judgement.do === 'wait') {
      this.#candidates.push({ box: place, waitsFor: judgement.for });
      const asks = judgement.for === 'closer-look' || judgement.for === 'nobody-near';
      if (asks && !step.look && Math.abs(frame.at - this.#lookAsked) >= LOOK_EVERY_MS) {
        this.#lookAsked = frame.at;
        step.look = lookPart(place);
      }
      return undefined;
    }
    const news =
      judgement.do === 'tell' && !this.#belongsToLast(place, frame.at)
        ? this.#decide(place, patch, facts, scene, frame)
        : undefined;
    if (news) this.#told.push({ at: frame.at, box: place });
    scene.accept(cellsAround(blob, scene), frame);
    return news;
  }

  /** What shows beside a place just after it was decided on is more of the same: a part that somebody stood before, or its shadow. */
  #belongsToLast(place: Box, at: number): boolean {
    this.#told = this.#told.filter((one) => Math.abs(at - one.at) < SAME_ACT_MS);
    return this.#told.some(
      ({ box }) => coverage(grown(box, 0.15), place) > 0.1 && areaOf(place) < 1.5 * areaOf(box),
    );
  }

  #decide(
    place: Box,
    patch: Patch,
    facts: ReturnType<typeof gatherFacts>,
    scene: Scene,
    frame: SmallFrame,
  ): PackageNews | undefined {
    const polarity = measurePolarity(patch);
    if (Math.abs(polarity.sum) < LEAST_POLARITY) return undefined;
    const at = facts.changedAt;
    const decisionId = this.#newId(frame.at);
    const before = cropOf(scene.sharp.luma, scene.background.value, place);
    const after = cropOf(frame.luma, scene.settle.value, place);
    const known = this.#known.find(({ box }) => coverage(box, place) > SAME_PLACE);
    let rule: DetectionRule;
    let packageId: string;
    const came = polarity.sum > 0;
    if (came) {
      rule = 'new-after-visit';
      packageId = this.#newId(at);
      this.#known.push({
        ...{ id: packageId, at, decisionId, box: place },
        before: cutLook(scene.background.value, place, scene.background.light),
        after: cutLook(scene.settle.value, place),
      });
    } else {
      rule = known ? 'back-as-before' : 'gone-after-visit';
      packageId = known?.id ?? this.#newId(at);
      this.#known = this.#known.filter((one) => one !== known);
    }
    return {
      ...{ type: 'package', phase: came ? 'delivered' : 'removed', at, decidedAt: frame.at },
      ...{ packageId, decisionId, count: this.#known.length, box: place, rule, before, after },
      score: Math.min(1, 0.5 + Math.abs(polarity.sum)),
      scores: {
        ...{ edges: polarity.edges, fill: polarity.fill, unlike: polarity.unlike, polarity: polarity.sum },
        ...{ likeness: facts.change.likeness, kept: facts.change.kept, sharpness: facts.change.sharpness },
        ...{ light: facts.change.luma, colour: facts.change.colour },
        ...{ seconds: facts.still, width: facts.width, height: facts.height },
      },
    };
  }
}

/** A part of the picture around a place that a whole person fits into. */
function lookPart({ left, top, right, bottom }: Box): Box {
  const across = Math.max(0.5, (right - left) * 2.5) / 2;
  const along = Math.max(0.7, (bottom - top) * 3) / 2;
  const x = Math.min(1 - Math.min(0.5, across), Math.max(Math.min(0.5, across), (left + right) / 2));
  const y = Math.min(1 - Math.min(0.5, along), Math.max(Math.min(0.5, along), (top + bottom) / 2 - 0.15));
  return {
    left: Math.max(0, x - across),
    top: Math.max(0, y - along),
    right: Math.min(1, x + across),
    bottom: Math.min(1, y + along),
  };
}

/** The blob's cells and what is close by and as still: its shadow. */
function cellsAround({ cells, box }: Blob, { columns, rows, background }: Scene): number[] {
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
