import { expect, it } from 'vitest';
import { type Happening, refuseTrigger } from './trigger-policy.ts';

const HAPPENINGS: readonly Happening[] = ['ring', 'motion', 'person', 'package'];

it.each([
  { privacy: false, armed: true, refused: {} },
  {
    privacy: false,
    armed: false,
    refused: { motion: 'detection-off', person: 'detection-off', package: 'detection-off' },
  },
  {
    privacy: true,
    armed: true,
    refused: { ring: 'privacy-on', motion: 'privacy-on', person: 'privacy-on', package: 'privacy-on' },
  },
  {
    privacy: true,
    armed: false,
    refused: { ring: 'privacy-on', motion: 'privacy-on', person: 'privacy-on', package: 'privacy-on' },
  },
])('privacy $privacy, armed $armed: refuses $refused', ({ refused, ...state }) => {
  const codes = HAPPENINGS.flatMap((happening) => {
    const problem = refuseTrigger(happening, state, 'Front door');
    return problem ? [[happening, problem.code]] : [];
  });
  expect(Object.fromEntries(codes)).toEqual(refused);
});

it('names the camera', () => {
  expect(refuseTrigger('ring', { privacy: true, armed: true }, 'Front door')?.what).toContain('Front door');
});
