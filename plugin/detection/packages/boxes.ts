import type { Box } from '../../../protocol/detection.ts';

export const areaOf = ({ left, top, right, bottom }: Box) =>
  Math.max(0, right - left) * Math.max(0, bottom - top);

/** What both have in common; its area is 0 where they have nothing. */
export const common = (a: Box, b: Box): Box => ({
  left: Math.max(a.left, b.left),
  top: Math.max(a.top, b.top),
  right: Math.min(a.right, b.right),
  bottom: Math.min(a.bottom, b.bottom),
});

export const overlap = (a: Box, b: Box) => areaOf(common(a, b)) > 0;

/** How much of the smaller one lies in the other, 0 to 1. */
export const coverage = (a: Box, b: Box) =>
  areaOf(common(a, b)) / Math.max(1e-9, Math.min(areaOf(a), areaOf(b)));

/** Larger by these parts of its width and height on each side. */
export function grown({ left, top, right, bottom }: Box, across: number, along = across): Box {
  const dx = (right - left) * across;
  const dy = (bottom - top) * along;
  return { left: left - dx, top: top - dy, right: right + dx, bottom: bottom + dy };
}

/** Cut to the picture. */
export const inPicture = (box: Box): Box => common(box, { left: 0, top: 0, right: 1, bottom: 1 });

/** The box around both. */
export const around = (a: Box, b: Box): Box => ({
  left: Math.min(a.left, b.left),
  top: Math.min(a.top, b.top),
  right: Math.max(a.right, b.right),
  bottom: Math.max(a.bottom, b.bottom),
});
