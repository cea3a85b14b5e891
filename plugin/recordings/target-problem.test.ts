import { expect, test } from 'vitest';
import { TARGET_FAULTS, type TargetFault } from './keeper/contract.ts';
import { targetProblem } from './target-problem.ts';

const CODES: Record<TargetFault, [string, string]> = {
  missing: ['target-missing', 'target-missing'],
  stuck: ['target-missing', 'recordings-failed'],
  'no-marker': ['target-missing', 'target-missing'],
  other: ['target-other', 'target-other'],
  outside: ['target-outside', 'recordings-failed'],
  denied: ['target-denied', 'recordings-not-writable'],
  certificate: ['target-certificate', 'recordings-failed'],
  full: ['target-full', 'disk-full'],
  'read-only': ['target-read-only', 'recordings-not-writable'],
  'bad-piece': ['target-failed', 'recordings-failed'],
  corrupt: ['target-failed', 'recordings-failed'],
  'not-found': ['target-failed', 'recordings-failed'],
  failed: ['target-failed', 'recordings-failed'],
};

test.each(TARGET_FAULTS)(
  '%s is said with its place and a cure, for a NAS and for the own folder',
  (fault) => {
    const facts = { fault, message: 'It said so.', where: '/mnt/nas', known: true };
    const problems = [
      targetProblem({ ...facts, kind: 'folder' }),
      targetProblem({ ...facts, kind: 'embedded' }),
    ];
    expect(problems.map(({ code }) => code)).toEqual(CODES[fault]);
    for (const { what, cure } of problems) {
      expect(what).toContain('/mnt/nas');
      expect(cure).toMatch(/\.$/);
    }
  },
);

test('a place that nobody set up says what to do', () => {
  const facts = { fault: 'no-marker', message: '', where: '/mnt/nas', known: false } as const;
  expect(targetProblem({ ...facts, kind: 'folder' })).toMatchObject({
    code: 'target-waiting',
    cure: expect.stringContaining('Use this place'),
  });
});
