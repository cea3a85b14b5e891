/** Heads as they are hidden: larger than they were found, for a while before and after. */
import type { Box } from '../../../protocol/detection.ts';
import { widened } from '../../detection/places.ts';

/** A head is hidden so long before and after it is seen. */
export const HEAD_HELD_MS = 1000;
/** On each side, of its own width and height. */
const GROWN = 0.6;

/** The boxes to hide for those that were found in one picture. */
export const headPlaces = (heads: readonly Box[]): Box[] => heads.map((head) => widened(head, GROWN));
