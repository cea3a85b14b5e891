import type { Box, DetectionRule } from '../../../protocol/detection.ts';
import type { PackageNews } from '../contract.ts';
import { coverage } from '../places.ts';
import { type KnownPackage, type Look, recall, remember } from './known-packages.ts';

/** Something came or went, as measured. Times are epoch ms. */
export interface Act {
  came: boolean;
  at: number;
  decidedAt: number;
  decisionId: string;
  box: Box;
  before: Look;
  after: Look;
  /** Whether visits are asked for: hands alone put the same thing back and forth. */
  people: boolean;
}

/** What an act means for what lies there. */
export type Entry = Pick<PackageNews, 'phase' | 'rule' | 'packageId' | 'supersedes' | 'count'>;

interface Told {
  act: Act;
  entry: Entry;
  /** What had lain there, of a removal that knew it. */
  was?: KnownPackage;
}

/** A place that covers so much of a known one, or is covered so, is the same. */
const SAME_PLACE = 0.4;
/** What comes back to its place within this was never gone, in ms. */
const BACK_MS = 60_000;
/** What is gone by the word of others is seen to go within this, or was never there, in ms. */
const GONE_MS = 24 * 60 * 60_000;
/** What goes within this was put down for a moment only, in ms. */
const MOMENT_MS = 10_000;
/** What goes here and comes there within this was moved, in ms. */
const MOVED_MS = 20_000;
/** The same thing: mean difference of light and of each part of the colour, and of the sides by this factor. */
const SAME_LIGHT = 16;
const SAME_COLOUR = 7;
const SAME_SIDE = 1.4;

/** The packages that lie there, and what was told of them lately. */
export class Ledger {
  readonly #newId: (at: number) => string;
  #known: KnownPackage[];
  /** Gone by the word of others, and not yet seen to go. */
  #gone: KnownPackage[];
  #told: Told[] = [];

  constructor(newId: (at: number) => string, memory: string | undefined) {
    this.#newId = newId;
    const recalled = recall(memory);
    this.#known = recalled.filter(({ goneAt }) => goneAt === undefined);
    this.#gone = recalled.filter(({ goneAt }) => goneAt !== undefined);
  }

  get known(): readonly KnownPackage[] {
    return this.#known;
  }

  /** What a restart must know. */
  get memory(): string {
    return remember([...this.#gone, ...this.#known]);
  }

  /** The package at this place, the newest of several. */
  at(box: Box): KnownPackage | undefined {
    return this.allAt(box).reduce<KnownPackage | undefined>(newer, undefined);
  }

  /** All packages at this place. */
  allAt(box: Box): KnownPackage[] {
    return this.#known.filter((one) => isAt(one, box));
  }

  /** What lay at this place and is gone by the word of others, and has not been seen to go. */
  goneFrom(box: Box): KnownPackage | undefined {
    return this.#gone.find((one) => isAt(one, box));
  }

  /** These are gone by the word of others, said at this time (epoch ms; 0 where that is not known). */
  gone(ids: readonly string[], at: number): void {
    const gone = this.#known.filter(({ id }) => ids.includes(id)).map((one) => ({ ...one, goneAt: at }));
    this.#gone.push(...gone);
    this.drop(ids);
  }

  /** What others told of is seen to go. */
  sawGone(one: KnownPackage): void {
    this.#gone = this.#gone.filter((each) => each !== one);
  }

  /** These are known no more. */
  drop(ids: readonly string[]): void {
    this.#known = this.#known.filter(({ id }) => !ids.includes(id));
    this.#told = this.#told.filter(({ entry }) => !ids.includes(entry.packageId));
  }

  /** Enters what happened, and says what it means. */
  enter(act: Act): Entry {
    this.#told = this.#told.filter(({ act: { decidedAt } }) => Math.abs(act.decidedAt - decidedAt) < BACK_MS);
    const { decidedAt } = act;
    // Said before the first picture: dated now.
    this.#gone = this.#gone
      .map((one) => ({ ...one, goneAt: one.goneAt || decidedAt }))
      .filter((one) => decidedAt - one.goneAt < GONE_MS && !(act.came && isAt(one, act.box)));
    const was = act.came ? undefined : this.at(act.box);
    const entry = { ...(act.came ? this.#came(act) : this.#went(act, was)), count: this.#known.length };
    if (entry.supersedes)
      this.#told = this.#told.filter(({ act: told }) => told.decisionId !== entry.supersedes);
    else this.#told.push({ act, entry, ...(was && { was }) });
    return entry;
  }

  #came(act: Act): Omit<Entry, 'count'> {
    const mistaken = act.people ? this.#told.find((told) => wasStillThere(told, act)) : undefined;
    const packageId = mistaken?.entry.packageId ?? this.#newId(act.at);
    // What was never seen to come and only moved is no package of ours.
    if (!mistaken || mistaken.was) {
      const { at, decisionId, box, before, after } = act;
      this.#known.push({ id: packageId, at: mistaken?.was?.at ?? at, decisionId, box, before, after });
    }
    if (!mistaken) return { phase: 'delivered', rule: 'new-after-visit', packageId };
    return { phase: 'corrected', rule: 'still-there', packageId, supersedes: mistaken.act.decisionId };
  }

  #went(act: Act, was: KnownPackage | undefined): Omit<Entry, 'count'> {
    const mistaken = act.people ? this.#told.find((told) => wasNone(told, act)) : undefined;
    if (mistaken) return this.#undo(mistaken, was);
    this.#known = this.#known.filter((one) => one !== was);
    const rule: DetectionRule = was ? 'back-as-before' : 'gone-after-visit';
    return { phase: 'removed', rule, packageId: was?.id ?? this.#newId(act.at) };
  }

  /** What was told as come was put down for a moment, or is what lay elsewhere. */
  #undo(mistaken: Told, was: KnownPackage | undefined): Omit<Entry, 'count'> {
    const id = mistaken.entry.packageId;
    const other = was && was.id !== id ? was : undefined;
    this.#known = this.#known
      .filter((one) => one.id !== id)
      .map((one) =>
        one === other
          ? { ...one, box: mistaken.act.box, before: mistaken.act.before, after: mistaken.act.after }
          : one,
      );
    return { phase: 'corrected', rule: 'seen-better', packageId: id, supersedes: mistaken.act.decisionId };
  }
}

const isAt = (one: KnownPackage, box: Box) => coverage(one.box, box) > SAME_PLACE;

const newer = (a: KnownPackage | undefined, b: KnownPackage) => (a && a.at > b.at ? a : b);

/** What came is what was told as gone: back at its place, or beside it. */
function wasStillThere({ act: gone, entry }: Told, came: Act): boolean {
  if (entry.phase !== 'removed' || came.decidedAt < gone.decidedAt) return false;
  if (!sameThing(gone.before, came.after)) return false;
  return coverage(gone.box, came.box) > SAME_PLACE || Math.abs(came.at - gone.at) < MOVED_MS;
}

/** What went is what was told as come: put down for a moment, or moved from here to there. */
function wasNone({ act: came, entry }: Told, gone: Act): boolean {
  if (entry.phase !== 'delivered') return false;
  if (coverage(came.box, gone.box) > SAME_PLACE) return gone.at - came.decidedAt < MOMENT_MS;
  return Math.abs(gone.at - came.at) < MOVED_MS && sameThing(came.after, gone.before);
}

/** Whether two looks may show the same thing, at different places. */
export function sameThing(a: Look, b: Look): boolean {
  const sides = [a.columns / b.columns, a.rows / b.rows];
  if (sides.some((ratio) => ratio > SAME_SIDE || ratio < 1 / SAME_SIDE)) return false;
  return (
    Math.abs(mean(a.luma) - mean(b.luma)) < SAME_LIGHT &&
    Math.abs(mean(a.cb) - mean(b.cb)) < SAME_COLOUR &&
    Math.abs(mean(a.cr) - mean(b.cr)) < SAME_COLOUR
  );
}

const mean = (bytes: Uint8Array) => bytes.reduce((sum, value) => sum + value, 0) / Math.max(1, bytes.length);
