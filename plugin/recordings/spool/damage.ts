import type { Segment } from '../recording.ts';

/** Epoch ms. */
export interface Stretch {
  from: number;
  to: number;
}

/** Which footage of the segments that the index knows is not in those that are left. Both in order of time; stretches that touch are one. */
export function lostFootage(
  known: readonly Pick<Segment, 'startedAt' | 'endedAt'>[],
  left: readonly Pick<Segment, 'startedAt' | 'endedAt'>[],
): Stretch[] {
  const lost: Stretch[] = [];
  const note = (from: number, to: number) => {
    if (from >= to) return;
    const last = lost.at(-1);
    if (last && last.to >= from) last.to = to;
    else lost.push({ from, to });
  };
  for (const { startedAt, endedAt } of known) {
    let at = startedAt;
    for (const piece of left) {
      if (piece.endedAt <= at || piece.startedAt >= endedAt) continue;
      note(at, piece.startedAt);
      at = Math.max(at, piece.endedAt);
    }
    note(at, endedAt);
  }
  return lost;
}
