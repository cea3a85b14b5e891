/** From what the owner asks for to what is hidden. What is wrong or too open is refused, and never left out. */
import type { Box } from '../../../protocol/detection.ts';
import type { RecipientClass } from '../../../protocol/sharing.ts';
import type { Polygon } from '../../camera/masks.ts';
import { isInside } from '../../detection/places.ts';
import type { CommunityPlan, Fill, KnownPlan, OpenArea, Opening, RedactionPlan } from './contract.ts';
import { badPlan, nothingHidden, tooMuchOpen } from './problems.ts';

/** What the owner asks for. What is absent is as careful as can be: all is hidden, solid, without sound. */
export interface RedactionChoice {
  /** `all`: everything but the openings. `named`: only zones, what moves, heads; for known recipients. */
  mode?: 'all' | 'named';
  openings?: readonly Opening[];
  moving?: boolean;
  heads?: boolean;
  fill?: Fill;
  audio?: boolean;
}

/** What holds whatever is asked for. */
export interface RedactionRules {
  recipient: RecipientClass;
  /** Areas of this camera that nobody shall see. */
  zones: readonly Polygon[];
  /** Whether the household shares sound at all. */
  audioAllowed: boolean;
}

const MOST_OPENINGS = 50;
const MOST_CORNERS = 100;
/** Of the picture, at one time. */
const MOST_OPEN_TO_COMMUNITY = 0.5;

/** Throws a `ProblemError`: `redaction-plan`, `redaction-hides-nothing`, `redaction-too-open`. */
export function makePlan(choice: RedactionChoice, rules: RedactionRules): RedactionPlan {
  return rules.recipient === 'community' ? communityPlan(choice, rules) : knownPlan(choice, rules);
}

/** As {@link makePlan}, for a community. Heads, what moves and zones hide inside of openings; none of them replaces the cover of all. */
export function communityPlan(
  choice: RedactionChoice,
  rules: Omit<RedactionRules, 'recipient'>,
): CommunityPlan {
  if ((choice.mode ?? 'all') !== 'all') throw badPlan('a community gets a picture that is hidden as a whole');
  if ((choice.fill ?? 'solid') !== 'solid') throw badPlan('a community gets solid fill, no mosaic');
  if (choice.audio) throw badPlan('a community gets no sound');
  const open = openAreas(choice.openings ?? []);
  if (mostOpen(open) > MOST_OPEN_TO_COMMUNITY) throw tooMuchOpen();
  return {
    ...{ audience: 'community', base: 'all', open, fill: 'solid', audio: false },
    ...hiddenInside(choice, rules),
  };
}

function knownPlan(choice: RedactionChoice, rules: RedactionRules): KnownPlan {
  const { mode = 'all', fill = 'solid', audio = false } = choice;
  if (mode !== 'all' && mode !== 'named') throw badPlan('there is no such mode');
  if (fill !== 'solid' && fill !== 'mosaic') throw badPlan('there is no such fill');
  if (audio && !rules.audioAllowed) throw badPlan('this household shares no sound');
  const open = openAreas(choice.openings ?? []);
  const inside = hiddenInside(choice, rules);
  if (mode === 'named' && open.length > 0)
    throw badPlan('there is nothing to open where only parts are hidden');
  if (mode === 'named' && inside.zones.length === 0 && !inside.moving && !inside.heads) throw nothingHidden();
  const base = mode === 'all' ? 'all' : 'nothing';
  return { audience: 'known', base, open, fill, audio, ...inside };
}

function hiddenInside(
  { moving = false, heads = false }: RedactionChoice,
  { zones }: { zones: readonly Polygon[] },
) {
  for (const zone of zones) checkCorners(zone, 'a zone');
  return { zones, moving, heads };
}

function openAreas(openings: readonly Opening[]): OpenArea[] {
  if (openings.length > MOST_OPENINGS) throw badPlan(`there are more than ${MOST_OPENINGS} openings`);
  return openings.map(({ place, from, to }) => {
    const corners = 'left' in place ? cornersOf(place) : place;
    checkCorners(corners, 'an opening');
    if (!Number.isFinite(from) || !Number.isFinite(to) || from < 0 || to <= from)
      throw badPlan('an opening ends before it begins');
    return { corners, from, to };
  });
}

function checkCorners(corners: Polygon, name: string): void {
  if (corners.length < 3 || corners.length > MOST_CORNERS)
    throw badPlan(`${name} has fewer than 3 or more than ${MOST_CORNERS} corners`);
  // Also false for what is no number.
  if (!corners.flat().every((part) => part >= 0 && part <= 1))
    throw badPlan(`${name} is not inside of the picture`);
}

function cornersOf({ left, top, right, bottom }: Box): Polygon {
  if (!(right > left && bottom > top)) throw badPlan('an opening has no size');
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

const SAMPLES = { across: 64, down: 36 };

/** The largest part of the picture that is open at one time, as far as a net of points shows it. */
function mostOpen(open: readonly OpenArea[]): number {
  const points = Array.from({ length: SAMPLES.across * SAMPLES.down }, (_, at): [number, number] => [
    ((at % SAMPLES.across) + 0.5) / SAMPLES.across,
    (Math.floor(at / SAMPLES.across) + 0.5) / SAMPLES.down,
  ]);
  const inside = open.map(({ corners }) => points.map((point) => isInside([corners], point)));
  // Something opens at each moment in which more can be open than before.
  return open.reduce((most, { from }) => {
    const now = inside.filter((_, index) => isOpenAt(open[index], from));
    const count = points.filter((_, point) => now.some((area) => area[point])).length;
    return Math.max(most, count / points.length);
  }, 0);
}

/** Whether an opening is open at a time of the clip. */
export function isOpenAt(area: OpenArea | undefined, ms: number): boolean {
  return area !== undefined && area.from <= ms && ms < area.to;
}
