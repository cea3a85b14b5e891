import type { FootageSpan } from '../../../protocol/api.ts';

/** Pieces that are less than this apart are one, in ms: a picture may be late. */
const JOIN_MS = 1500;

/** Whether there is no footage between two segments that follow each other in a recording. Times are epoch ms. */
export function isHole(before: { startedAt: number; endedAt: number }, next: { startedAt: number }): boolean {
  // A clock that was set back leaves one too.
  return next.startedAt - before.endedAt >= JOIN_MS || next.startedAt < before.startedAt;
}

/**
 * Footage as the timeline shows it.
 *
 * @param pieces ordered by start
 * @returns cut to the stretch from `from` to `to`, oldest first, each kind for itself
 */
export function mergeSpans(pieces: Iterable<FootageSpan>, from: number, to: number): FootageSpan[] {
  const spans: FootageSpan[] = [];
  const last: Partial<Record<FootageSpan['kind'], FootageSpan>> = {};
  for (const piece of pieces) {
    const start = Math.max(piece.from, from);
    const end = Math.min(piece.to, to);
    if (start >= end) continue;
    const before = last[piece.kind];
    if (before && start - before.to < JOIN_MS) {
      before.to = Math.max(before.to, end);
      continue;
    }
    const span: FootageSpan = { from: start, to: end, kind: piece.kind };
    last[piece.kind] = span;
    spans.push(span);
  }
  return spans;
}
