import { expect, test } from 'vitest';
import { beginsSegment } from './segment-cut.ts';

const pictures = { from: 0, to: 1, shownFrom: 0, shownTo: 1 };
const keyframe = { pictures: { ...pictures, syncTime: 0 } };

test.each([
  ['a keyframe before its time', keyframe, 9_999, false],
  ['the first keyframe after it', keyframe, 10_000, true],
  ['a picture that needs others', { pictures }, 15_000, false],
  ['sound alone', {}, 15_000, false],
  ['anything, when no keyframe came for as long again', { pictures }, 20_000, true],
])('%s', (_, fragment, ms, expected) => {
  expect(beginsSegment(fragment, { ms }, 10_000)).toBe(expected);
});
