import { expect, it } from 'vitest';
import { measuresOf } from './measures.ts';

it('tells how sure it was and what has words, in their order, and leaves out what has none', () => {
  const scores = { sharpness: 3.2, seconds: 9.4, edges: -0.71, height: 0.14 };
  expect(measuresOf({ score: 0.864, scores })).toEqual([
    { name: 'How sure', text: '86 %', share: 0.864 },
    { name: 'Height', text: '14 %', share: 0.14 },
    { name: 'Outline', text: '71 %', share: 0.71 },
    { name: 'How long', text: '9 s' },
  ]);
});

it('draws no bar longer than its ground', () => {
  expect(measuresOf({ score: 1.4, scores: {} })).toEqual([{ name: 'How sure', text: '100 %', share: 1 }]);
});
