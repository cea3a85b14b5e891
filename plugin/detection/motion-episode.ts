/** What of motion becomes an event: many readings and triggers, one start, one end. A visit is one episode, however still they stand. */
import type { ZoneName } from './contract.ts';

export interface EpisodeRules {
  /** An episode ends so long after the last motion in the picture. */
  holdMs: number;
  /** The same where only a camera's own trigger or a webhook spoke: they say when motion begins, rarely that it goes on. */
  triggerHoldMs: number;
  /** The same while somebody is there, in case nobody ever says that they left. */
  visitHoldMs: number;
  /** A longer one is ended and a new one begins. */
  maxMs: number;
  /** The same while somebody is there. */
  maxVisitMs: number;
  /** A visit that goes on for so long since it was last told of is told again. */
  retellMs: number;
  /** An update tells of a score that is higher by this much. */
  scoreStep: number;
}

export const EPISODE_RULES: EpisodeRules = {
  holdMs: 8_000,
  triggerHoldMs: 30_000,
  visitHoldMs: 120_000,
  maxMs: 180_000,
  maxVisitMs: 900_000,
  retellMs: 150_000,
  scoreStep: 0.25,
};

export interface Episode {
  startedAt: number;
  lastMotionAt: number;
  /** When an event last told of it. */
  toldAt: number;
  /** Whether motion was seen in the picture, and not only reported. */
  seen: boolean;
  /** Whether somebody is seen in the picture. */
  visit: boolean;
  /** Highest score that an event has told, of its label. */
  score: number;
  /** `person` once somebody has been recognised. */
  label: MotionLabel;
  zone: ZoneName | undefined;
}

export type MotionLabel = 'motion' | 'person';

/** All times are epoch ms. `test` marks what was set off by hand. */
export type MotionInput =
  | { type: 'pixels'; at: number; score: number; zone?: ZoneName }
  /** Somebody is seen in the picture, until they `left`. */
  | { type: 'person'; at: number; score: number; zone?: ZoneName }
  | { type: 'left'; at: number }
  | { type: 'trigger'; at: number; test: boolean; label: MotionLabel }
  | { type: 'tick'; at: number }
  /** Nobody looks any more. */
  | { type: 'stop'; at: number };

/** An input that says that there is something. */
type Seen = Extract<MotionInput, { type: 'pixels' | 'person' | 'trigger' }>;

export interface MotionStep {
  phase: 'start' | 'update' | 'end';
  at: number;
  label: MotionLabel;
  score?: number;
  zone?: ZoneName;
  test?: true;
}

/** When the episode ends unless something moves again. */
export function episodeEndsAt({ lastMotionAt, seen, visit }: Episode, rules: EpisodeRules): number {
  if (visit) return lastMotionAt + rules.visitHoldMs;
  return lastMotionAt + (seen ? rules.holdMs : rules.triggerHoldMs);
}

/** The next state, and what to tell. An `end` is dated to the last motion. */
export function stepEpisode(
  episode: Episode | undefined,
  input: MotionInput,
  rules: EpisodeRules = EPISODE_RULES,
): { episode: Episode | undefined; steps: MotionStep[] } {
  const ended: MotionStep[] =
    episode && isOver(episode, input, rules)
      ? [{ phase: 'end', at: episode.lastMotionAt, label: episode.label }]
      : [];
  const current = ended.length > 0 ? undefined : episode;
  if (input.type === 'left') return { episode: current && withoutVisit(current, input.at), steps: ended };
  if (input.type === 'tick' || input.type === 'stop') return { episode: current, steps: ended };
  if (current) return goOn(current, input, rules);
  // Who is there for so long that a new one begins is still there.
  const stays =
    episode?.visit === true && input.at < episodeEndsAt(episode, rules) && input.at >= episode.lastMotionAt;
  const { episode: begun, step } = begin(input, stays);
  return { episode: begun, steps: [...ended, step] };
}

function isOver(episode: Episode, input: MotionInput, rules: EpisodeRules): boolean {
  // They left a while ago, as is known only now.
  if (input.type === 'left') return false;
  // The system clock may be set back: an episode that lies ahead would swallow all motion until then.
  const ahead = input.at < episode.lastMotionAt - rules.holdMs;
  const tooLong = input.at - episode.startedAt >= (episode.visit ? rules.maxVisitMs : rules.maxMs);
  return ahead || tooLong || input.type === 'stop' || input.at >= episodeEndsAt(episode, rules);
}

function withoutVisit(episode: Episode, at: number): Episode {
  return { ...episode, visit: false, lastMotionAt: Math.max(episode.lastMotionAt, at) };
}

const labelOf = (input: Seen): MotionLabel =>
  input.type === 'trigger' ? input.label : input.type === 'person' ? 'person' : 'motion';

function begin(input: Seen, stays: boolean): { episode: Episode; step: MotionStep } {
  const { at } = input;
  const label = stays ? 'person' : labelOf(input);
  const zone = input.type === 'trigger' ? undefined : input.zone;
  const score = input.type === 'trigger' || label !== labelOf(input) ? undefined : input.score;
  return {
    episode: {
      ...{ startedAt: at, lastMotionAt: at, toldAt: at, label, zone, score: score ?? 0 },
      seen: input.type !== 'trigger',
      visit: stays || input.type === 'person',
    },
    step: {
      ...{ phase: 'start', at, label },
      ...(score !== undefined && { score }),
      ...(zone && { zone }),
      ...(input.type === 'trigger' && input.test && { test: true as const }),
    },
  };
}

function goOn(before: Episode, input: Seen, rules: EpisodeRules): { episode: Episode; steps: MotionStep[] } {
  const { at } = input;
  const label = labelOf(input) === 'person' ? 'person' : before.label;
  const recognised = label !== before.label;
  // The score of somebody and that of something that moves do not compare.
  const score = input.type !== 'trigger' && labelOf(input) === label ? input.score : undefined;
  const higher = score !== undefined && (recognised || score >= before.score + rules.scoreStep);
  const arrived = input.type !== 'trigger' && input.zone === 'doorstep' && before.zone !== 'doorstep';
  const zone =
    input.type === 'trigger' || before.zone === 'doorstep' ? before.zone : (input.zone ?? before.zone);
  const told = recognised || higher || arrived || (before.visit && at - before.toldAt >= rules.retellMs);
  return {
    episode: {
      ...{ startedAt: before.startedAt, label, zone },
      lastMotionAt: Math.max(before.lastMotionAt, at),
      toldAt: told ? at : before.toldAt,
      seen: before.seen || input.type !== 'trigger',
      visit: before.visit || input.type === 'person',
      score: higher ? score : recognised ? 0 : before.score,
    },
    steps: told ? [{ phase: 'update', at, label, ...(higher && { score }), ...(zone && { zone }) }] : [],
  };
}
