/** What a connection that failed teaches about how to read this camera. Each lesson is tried at once. */
import { type AudioPlan, nextAudioPlan } from './audio-plan.ts';
import type { ReaderEnd } from './reader-problem.ts';

export interface ReadingHabits {
  audio: AudioPlan;
  /** Whether ffmpeg looks at the stream for long, because the camera announces little and sends keyframes rarely. */
  patient: boolean;
  /** Whose times count: those in the stream, or when its packets arrive. */
  times: 'camera' | 'arrival';
}

export const firstHabits = (audio: AudioPlan): ReadingHabits => ({ audio, patient: false, times: 'camera' });

/** After so many connections in a row whose times made no sense, the camera's are not asked any more. */
const TIMES_LOST = 3;

/**
 * The habits to try next; undefined when there is nothing to learn.
 *
 * @param began whether the connection gave pictures
 * @param timesLost how many connections in a row have now ended because of their times
 */
export function learn(
  habits: ReadingHabits,
  end: ReaderEnd,
  { began, timesLost }: { began: boolean; timesLost: number },
): ReadingHabits | undefined {
  if (end.kind === 'times')
    return timesLost >= TIMES_LOST && habits.times === 'camera' ? { ...habits, times: 'arrival' } : undefined;
  if (end.kind === 'broken' && end.sound)
    return habits.audio === 'none'
      ? undefined
      : { ...habits, audio: habits.audio === 'copy' ? 'aac' : 'none' };
  if (end.kind !== 'exit' || began) return undefined;
  const audio = nextAudioPlan(habits.audio, end.exit);
  if (audio) return { ...habits, audio };
  const unseen = /dimensions not set|unspecified size|Could not find codec parameters/i;
  if (!habits.patient && unseen.test(end.exit.stderrTail.join('\n'))) return { ...habits, patient: true };
  return undefined;
}
