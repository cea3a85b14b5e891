import type { Box } from '../../../protocol/detection.ts';
import { overlap } from '../places.ts';
import { type Confirmed, isStill } from './confirm.ts';
import type { KnownPackage, Look } from './known-packages.ts';
import { alike, cutLook } from './look.ts';
import type { Scene } from './scene.ts';

/** Places are looked at so often, in ms. */
const EVERY_MS = 1000;
/** Whoever did not see clearly for so long does not know what happened meanwhile, in ms. */
const BLIND_MS = 60_000;
/** A place must look as before its package came for so long: after nobody could see it, and where it was in view all the time. In ms. */
const GONE_MS = { blind: 20_000, inView: 600_000 };
/** What can be told from neither picture in so much clear view is given up, in ms. */
const GIVE_UP_MS = 24 * 60 * 60_000;
/** Alike, -1 to 1, and by how much more than the place with the package. */
const LIKE_BEFORE = 0.5;
const MORE_THAN_AFTER = 0.3;
/** Plain ground: mean difference of each part of the colour. */
const SAME_COLOUR = 5;

/** A package that is gone though nobody saw it go. Times are epoch ms. */
export interface Vanished {
  one: KnownPackage;
  /** When it was seen last. */
  seenAt: number;
  /** Since when its place has looked as before. */
  at: number;
}

interface Watched {
  seenAt: number;
  /** Whether it has not been seen since nobody could see it. */
  blind: boolean;
  /** Since when, and for how long in clear view, its place has looked as before. */
  likeSince: number;
  likeMs: number;
  unsureMs: number;
}

interface Now {
  scene: Pick<Scene, 'columns' | 'rows' | 'settle' | 'generation'>;
  confirmed: Confirmed;
  /** Where people stand. */
  people: readonly Box[];
  at: number;
}

/** Looks after packages that may have gone unseen: while the camera was off or it was dark, or without a visit that was noticed. */
export class Unseen {
  readonly #watched = new Map<string, Watched>();
  #at = Number.NEGATIVE_INFINITY;

  /** Takes a clear picture. Says which packages are gone, and which are given up. */
  check(known: readonly KnownPackage[], now: Now): { vanished: Vanished[]; givenUp: KnownPackage[] } {
    const vanished: Vanished[] = [];
    const givenUp: KnownPackage[] = [];
    const passed = now.at - this.#at;
    if (passed >= 0 && passed < EVERY_MS) return { vanished, givenUp };
    this.#at = now.at;
    for (const id of this.#watched.keys()) if (!known.some((one) => one.id === id)) this.#watched.delete(id);
    const blind = passed < 0 || passed > BLIND_MS;
    for (const one of known) {
      const watched = this.#of(one, blind);
      if (blind) now.confirmed.doubt(one.id);
      look(one, watched, now, blind ? 0 : passed);
      if (watched.likeMs >= (watched.blind ? GONE_MS.blind : GONE_MS.inView))
        vanished.push({ one, seenAt: watched.seenAt, at: watched.likeSince });
      else if (watched.unsureMs >= GIVE_UP_MS) givenUp.push(one);
    }
    return { vanished, givenUp };
  }

  #of(one: KnownPackage, blind: boolean): Watched {
    const known = this.#watched.get(one.id);
    const watched = known ?? { seenAt: one.at, blind, likeSince: 0, likeMs: 0, unsureMs: 0 };
    if (blind) Object.assign(watched, { blind, likeMs: 0 });
    this.#watched.set(one.id, watched);
    return watched;
  }
}

function look(
  one: KnownPackage,
  watched: Watched,
  { scene, confirmed, people, at }: Now,
  passed: number,
): void {
  if (!isStill(one.box, scene, at) || people.some((box) => overlap(box, one.box))) return;
  if (looksAsBefore(cutLook(scene.settle.value, one.box), one)) {
    if (watched.likeMs === 0) watched.likeSince = at;
    watched.likeMs += passed;
    watched.unsureMs += passed;
    return;
  }
  watched.likeMs = 0;
  if (confirmed.has(one.id, scene)) Object.assign(watched, { seenAt: at, blind: false, unsureMs: 0 });
  else watched.unsureMs += passed;
}

/** Whether a place looks as it did before its package came, and not as it does with it. */
export function looksAsBefore(now: Look, { before, after }: Pick<KnownPackage, 'before' | 'after'>): boolean {
  if (isPlain(before))
    return isPlain(now) && !isPlain(after) && nearColour(now.cb, before.cb) && nearColour(now.cr, before.cr);
  const was = alike(now, before) ?? 0;
  return was > LIKE_BEFORE && was - (alike(now, after) ?? 0) > MORE_THAN_AFTER;
}

const isPlain = (one: Look) => alike(one, one) === undefined;

const nearColour = (a: Uint8Array, b: Uint8Array) => Math.abs(mean(a) - mean(b)) < SAME_COLOUR;

const mean = (bytes: Uint8Array) => bytes.reduce((sum, value) => sum + value, 0) / Math.max(1, bytes.length);
