import type { Box, SightInfo } from '../../../protocol/detection.ts';
import type { SmallFrame } from '../../camera/contract.ts';
import type {
  PackageNews,
  PackageStep,
  PackageSurroundings,
  PackageWatch,
  PeopleSeen,
  SightOptions,
} from '../contract.ts';
import { areaOf, coverage, grown, WHOLE } from '../places.ts';
import { cellsAround, explained, withTimeOfAct } from './act-time.ts';
import { type Blob, findBlobs } from './blobs.ts';
import { Confirmed } from './confirm.ts';
import { cropOf, cropOfLook } from './crop.ts';
import { gatherFacts, outlineOf, type PlaceFacts } from './facts.ts';
import { judge, tooEarly } from './judge.ts';
import type { KnownPackage } from './known-packages.ts';
import { Ledger } from './ledger.ts';
import { cutLook } from './look.ts';
import { lookPart } from './look-part.ts';
import { ModelWitness } from './model-witness.ts';
import { cutPatch, type Patch, placeOf } from './patch.ts';
import { clarityNeeded, measurePolarity } from './polarity.ts';
import { Scene } from './scene.ts';
import { Unseen, type Vanished } from './unseen.ts';
import { Visits } from './visits.ts';

export interface PackageWatchOptions extends Pick<SightOptions, 'zones' | 'leanings' | 'memory'> {
  /** A new ULID for something that happened at this time, epoch ms. */
  newId: (at: number) => string;
}

/** A place must be still for so long before it is looked at, in ms. */
const SETTLED_MS = 1200;
/** Fewer cells are noise. */
const LEAST_CELLS = 14;
/** Between two wishes to look closer, in ms. */
const LOOK_EVERY_MS = 1000;
/** For so long what shows beside a place belongs to what was decided there, in ms. */
const SAME_ACT_MS = 5000;
/** What hands alone change within so long is one act, in ms. */
const SAME_MOMENT_MS = 1000;
/** Beside it: within so much of its size, and no larger than it by this factor. */
const BESIDE = 0.15;
const LARGER = 1.5;
/** Where a package is known to lie, one more likely goes; elsewhere, one more likely comes. */
const EXPECTED = { known: -0.2, unknown: 0.06 };
/** What the word of a model that knows packages is worth, beside the direction measured; what it doubts must be clearer by a factor. */
const WITNESSED = { came: 0.5, went: -0.5, doubted: 0, silent: 0 };
const DOUBTED_CLARITY = 1.4;
const DOUBTED_SCORE = 0.8;
/** How sure it is that a package is gone whose place looks as before, though nobody saw it go. */
const VANISHED_SCORE = 0.7;
/** A look at people holds for so long, in ms. */
const SOMEBODY_MS = 3000;

/** The search for packages in the pictures of one camera. */
export function createPackageWatch(options: PackageWatchOptions): PackageWatch {
  return new Watch(options);
}

class Watch implements PackageWatch {
  readonly #newId: (at: number) => string;
  readonly #visits = new Visits();
  readonly #model = new ModelWitness();
  readonly #confirmed = new Confirmed();
  readonly #unseen = new Unseen();
  readonly #ledger: Ledger;
  #options: Pick<SightOptions, 'zones' | 'leanings'>;
  #scene: Scene | undefined;
  #candidates: SightInfo['candidates'] = [];
  #lookAsked = 0;
  #wasConfirmed = false;
  #at = 0;
  /** Places of the newest decisions. */
  #decided: { at: number; changedAt: number; box: Box }[] = [];

  constructor({ zones, leanings, memory, newId }: PackageWatchOptions) {
    this.#options = { zones, leanings };
    this.#newId = newId;
    this.#ledger = new Ledger(newId, memory);
  }

  push(frame: SmallFrame, around: PackageSurroundings): PackageStep {
    if (!this.#scene?.fits(frame)) this.#scene = new Scene(frame, this.#options.zones);
    const scene = this.#scene;
    this.#at = frame.at;
    if (!around.active && !around.lightChanged && scene.mayPass(frame.at))
      return { news: [], confirmed: this.#wasConfirmed };
    this.#candidates = [];
    const clear = scene.push(frame, around, this.#visits);
    const step: PackageStep = { news: [], confirmed: false };
    // At the start somebody may be standing there: the background must not begin with them.
    if (around.people && scene.beginning(frame.at)) this.#want(WHOLE, frame.at, step);
    if (!clear) {
      step.confirmed = this.#ledger.known.length === 0;
      this.#wasConfirmed = step.confirmed;
      return step;
    }
    for (const blob of findBlobs(
      scene.settledDifference(frame.at - SETTLED_MS),
      scene.columns,
      LEAST_CELLS,
    )) {
      this.#consider(blob, scene, frame, around.people, step);
    }
    this.#lookForVanished(scene, frame, step);
    if (step.news.length > 0 || step.over) step.memory = this.#ledger.memory;
    step.confirmed = this.#confirmed.check(this.#ledger.known, scene, frame.at);
    this.#wasConfirmed = step.confirmed;
    return step;
  }

  seen(people: PeopleSeen): void {
    this.#visits.add(people);
    this.#model.add(people);
  }

  configure(options: Pick<SightOptions, 'zones' | 'leanings'>): void {
    this.#options = options;
    this.#scene?.setZones(options.zones);
  }

  gone(packageIds: readonly string[]): string {
    this.#ledger.gone(packageIds, this.#at);
    return this.#ledger.memory;
  }

  info(): Pick<SightInfo, 'candidates' | 'packages'> {
    return {
      candidates: this.#candidates,
      packages: this.#ledger.known.map(({ id, box }) => ({ id, box })),
    };
  }

  #want(part: Box, at: number, step: PackageStep): void {
    if (step.look || Math.abs(at - this.#lookAsked) < LOOK_EVERY_MS) return;
    this.#lookAsked = at;
    step.look = part;
  }

  #consider(blob: Blob, scene: Scene, frame: SmallFrame, people: boolean, step: PackageStep): void {
    const place = placeOf(blob, scene.columns, scene.rows);
    const leaning = this.#options.leanings.package;
    const where = { blob, place, scene, people, at: frame.at };
    const outline = outlineOf(where);
    if (tooEarly(outline, leaning)) {
      this.#candidates.push({ box: place, waitsFor: 'stillness' });
      return;
    }
    const patch = cutPatch(blob, scene.background, scene.settle);
    const facts = gatherFacts(where, outline, patch, this.#visits);
    const judgement = judge(facts, leaning);
    if (judgement.do === 'wait') {
      this.#candidates.push({ box: place, waitsFor: judgement.for });
      if (judgement.for === 'closer-look' || judgement.for === 'nobody-near') {
        this.#want(lookPart(place), frame.at, step);
      }
      return;
    }
    const timed = judgement.do === 'tell' ? withTimeOfAct(facts, blob, scene) : undefined;
    const news =
      timed && explained(timed, place, this.#visits) && !this.#belongsToLast(place, frame.at, timed)
        ? this.#decide(place, patch, timed, scene, frame, step)
        : undefined;
    if (news && timed) {
      step.news.push(news);
      this.#decided.push({ at: frame.at, changedAt: timed.changedAt, box: place });
    } else if (judgement.do === 'absorb') {
      const known = this.#ledger.at(place);
      if (known) this.#confirmed.doubt(known.id);
    }
    scene.accept(cellsAround(blob, scene), frame);
  }

  /** What shows beside a place just after it was decided on is more of the same: a part that somebody stood before, or its shadow. */
  #belongsToLast(place: Box, at: number, { people, changedAt }: PlaceFacts): boolean {
    this.#decided = this.#decided.filter((one) => Math.abs(at - one.at) < SAME_ACT_MS);
    return this.#decided.some(
      (one) =>
        // Hands alone come back sooner.
        ((people || changedAt < one.at) &&
          coverage(grown(one.box, BESIDE), place) > 0.1 &&
          areaOf(place) < LARGER * areaOf(one.box)) ||
        // They move one thing at a time, which may show above and below what looks like its background.
        (!people && Math.abs(changedAt - one.changedAt) < SAME_MOMENT_MS && oneAboveOther(one.box, place)),
    );
  }

  #decide(
    place: Box,
    patch: Patch,
    facts: PlaceFacts,
    scene: Scene,
    frame: SmallFrame,
    step: PackageStep,
  ): PackageNews | undefined {
    const { change, people } = facts;
    const polarity = measurePolarity(patch);
    const known = this.#ledger.at(place);
    const gone = known ? undefined : this.#ledger.goneFrom(place);
    const witness = this.#model.of(place, facts.changedAt, frame.at - 1000 * facts.still);
    const expected = known || gone ? EXPECTED.known : EXPECTED.unknown;
    const direction = polarity.sum + expected + WITNESSED[witness];
    const doubted = witness === 'doubted';
    const needed = clarityNeeded(change, polarity, people) * (doubted ? DOUBTED_CLARITY : 1);
    if (Math.abs(direction) < needed) return undefined;
    if (gone && direction < 0) {
      this.#ledger.sawGone(gone);
      this.#decided.push({ at: frame.at, changedAt: facts.changedAt, box: place });
      step.memory = this.#ledger.memory;
      return undefined;
    }
    const decisionId = this.#newId(frame.at);
    const at = facts.changedAt;
    const entry = this.#ledger.enter({
      ...{ came: direction > 0, at, decidedAt: frame.at, decisionId, box: place, people },
      before: cutLook(scene.background.value, place, scene.background.light),
      after: cutLook(scene.settle.value, place),
    });
    this.#confirmed.see(entry.packageId, scene);
    // What comes to the place of one that nobody can see takes its place.
    if (entry.phase === 'delivered')
      this.#giveUp(
        this.#ledger.allAt(place).filter(({ id }) => !this.#confirmed.has(id, scene)),
        step,
      );
    return {
      ...{ type: 'package', ...entry, at, decidedAt: frame.at, decisionId, box: place },
      ...(entry.phase !== 'corrected' && WITNESSED[witness] * direction > 0 && { rule: 'model' }),
      count: this.#ledger.known.length,
      score: Math.min(1, 0.5 + Math.abs(direction)) * (doubted ? DOUBTED_SCORE : 1),
      scores: {
        ...{ polarity: polarity.sum, edges: polarity.edges, fill: polarity.fill, unlike: polarity.unlike },
        ...{ light: change.luma, colour: change.colour, likeness: change.likeness, kept: change.kept },
        ...{ evenness: change.evenness, sharpness: change.sharpness },
        ...{ seconds: facts.still, width: facts.width, height: facts.height },
      },
      before: cropOf(scene.sharp.luma, scene.background.value, place),
      after: cropOf(frame.luma, scene.settle.value, place),
    };
  }

  /** Packages that went while nobody saw it. */
  #lookForVanished(scene: Scene, frame: SmallFrame, step: PackageStep): void {
    const { at } = frame;
    const people = this.#visits.boxes(at - SOMEBODY_MS);
    const now = { scene, confirmed: this.#confirmed, people, at };
    const { vanished, givenUp } = this.#unseen.check(this.#ledger.known, now);
    for (const each of vanished) step.news.push(this.#vanished(each, scene, frame));
    this.#giveUp(givenUp, step);
  }

  #vanished({ one, seenAt, at }: Vanished, scene: Scene, frame: SmallFrame): PackageNews {
    const { id, box } = one;
    this.#ledger.drop([id]);
    return {
      ...{ type: 'package', phase: 'removed', rule: 'back-as-before', packageId: id, unseenSince: seenAt },
      ...{ at, decidedAt: frame.at, decisionId: this.#newId(frame.at), count: this.#ledger.known.length },
      ...{ box, score: VANISHED_SCORE, scores: { seconds: (frame.at - at) / 1000 } },
      ...{ before: cropOfLook(one.after), after: cropOf(frame.luma, scene.settle.value, box) },
    };
  }

  #giveUp(packages: readonly KnownPackage[], step: PackageStep): void {
    if (packages.length === 0) return;
    const ids = packages.map(({ id }) => id);
    this.#ledger.drop(ids);
    step.over = [...(step.over ?? []), ...ids];
  }
}

/** Whether most of the narrower lies straight above or below the other. */
const oneAboveOther = (a: Box, b: Box) =>
  Math.min(a.right, b.right) - Math.max(a.left, b.left) >= 0.5 * Math.min(a.right - a.left, b.right - b.left);
