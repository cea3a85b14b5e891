/** What of motion becomes an event: many readings and triggers, one start, one end. */

export interface EpisodeRules {
  /** An episode ends so long after the last motion in the picture. */
  holdMs: number;
  /** The same where only a camera's own trigger or a webhook spoke: they say when motion begins, rarely that it goes on. */
  triggerHoldMs: number;
  /** A longer one is ended and a new one begins. */
  maxMs: number;
  /** An update tells of a score that is higher by this much. */
  scoreStep: number;
}

export const EPISODE_RULES: EpisodeRules = {
  holdMs: 8_000,
  triggerHoldMs: 30_000,
  maxMs: 180_000,
  scoreStep: 0.25,
};

export interface Episode {
  startedAt: number;
  lastMotionAt: number;
  /** Whether motion was seen in the picture, and not only reported. */
  seen: boolean;
  /** Highest score that an event has told. */
  score: number;
  /** `person` once somebody has been recognised. */
  label: MotionLabel;
}

export type MotionLabel = 'motion' | 'person';

/** All times are epoch ms. `test` marks what was set off by hand. */
export type MotionInput =
  | { type: 'pixels'; at: number; score: number }
  | { type: 'trigger'; at: number; test: boolean; label: MotionLabel }
  | { type: 'tick'; at: number }
  /** Nobody looks any more. */
  | { type: 'stop'; at: number };

export interface MotionStep {
  phase: 'start' | 'update' | 'end';
  at: number;
  label: MotionLabel;
  score?: number;
  test?: true;
}

/** When the episode ends unless something moves again. */
export function episodeEndsAt({ lastMotionAt, seen }: Episode, rules: EpisodeRules): number {
  return lastMotionAt + (seen ? rules.holdMs : rules.triggerHoldMs);
}

/** The next state, and what to tell. An `end` is dated to the last motion. */
export function stepEpisode(
  episode: Episode | undefined,
  input: MotionInput,
  rules: EpisodeRules = EPISODE_RULES,
): { episode: Episode | undefined; steps: MotionStep[] } {
  // The system clock may be set back: an episode that lies ahead would swallow all motion until then.
  const ahead = episode !== undefined && input.at < episode.lastMotionAt - rules.holdMs;
  const over = episode !== undefined && (ahead || input.at >= episodeEndsAt(episode, rules));
  const tooLong = episode !== undefined && input.at - episode.startedAt >= rules.maxMs;
  const ends = over || tooLong || (episode !== undefined && input.type === 'stop');
  const ended: MotionStep[] = ends ? [{ phase: 'end', at: episode.lastMotionAt, label: episode.label }] : [];
  const current = ended.length > 0 ? undefined : episode;
  if (input.type === 'tick' || input.type === 'stop') return { episode: current, steps: ended };
  const said: MotionLabel = input.type === 'trigger' ? input.label : 'motion';
  const score = input.type === 'pixels' ? input.score : 0;
  const seen = input.type === 'pixels';
  if (!current) {
    const start: MotionStep = {
      phase: 'start',
      at: input.at,
      label: said,
      ...(seen && { score }),
      ...(input.type === 'trigger' && input.test && { test: true as const }),
    };
    return {
      episode: { startedAt: input.at, lastMotionAt: input.at, seen, score, label: said },
      steps: [...ended, start],
    };
  }
  const higher = score >= current.score + rules.scoreStep;
  const label = said === 'person' ? said : current.label;
  const news = higher || label !== current.label;
  return {
    episode: {
      ...current,
      lastMotionAt: Math.max(current.lastMotionAt, input.at),
      seen: current.seen || seen,
      score: higher ? score : current.score,
      label,
    },
    steps: news ? [{ phase: 'update', at: input.at, label, ...(higher && { score }) }] : [],
  };
}
