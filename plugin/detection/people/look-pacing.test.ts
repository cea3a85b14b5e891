import { expect, test } from 'vitest';
import type { Box } from '../../../protocol/detection.ts';
import { LookPacing, type LookReasons } from './look-pacing.ts';

const PART: Box = { left: 0.2, top: 0.2, right: 0.4, bottom: 0.4 };
const START = 1_700_000_000_000;

/** Looks in so many seconds, five pictures a second, each answered so many pictures later: `whole@second` or `part@second`. */
function play(
  seconds: number,
  reasons: (second: number) => Partial<LookReasons>,
  answeredAfter = 1,
): string[] {
  const pacing = new LookPacing();
  const looks: string[] = [];
  let answer = Number.POSITIVE_INFINITY;
  for (let index = 0; index < seconds * 5; index++) {
    if (index >= answer) {
      pacing.answered();
      answer = Number.POSITIVE_INFINITY;
    }
    const second = index / 5;
    const wanted = pacing.want({
      ...{ at: START + second * 1000, active: false, likely: true, somebody: false },
      ...reasons(second),
    });
    if (!wanted) continue;
    answer = index + answeredAfter;
    looks.push(`${wanted === 'whole' ? 'whole' : 'part'}@${second}`);
  }
  return looks;
}

const count = (looks: string[], kind: string) => looks.filter((look) => look.startsWith(kind)).length;

test('at most two looks a second at the whole picture while something moves', () => {
  expect(play(2, () => ({ active: true }))).toEqual(['whole@0', 'whole@0.6', 'whole@1.2', 'whole@1.8']);
});

test('somebody who stands still is looked at every other second', () => {
  expect(play(20, (second) => ({ active: second < 1, somebody: true }))).toHaveLength(11);
});

test('rain and leaves are looked at every other second, and more often once somebody is seen', () => {
  expect(play(20, () => ({ active: true, likely: false }))).toHaveLength(10);
  expect(play(20, () => ({ active: true, likely: false, somebody: true })).length).toBeGreaterThan(30);
});

test('where nothing happens, furniture is learnt first, then there is a look a minute', () => {
  expect(play(20, () => ({}))).toEqual(['whole@0', 'whole@4.6', 'whole@9.2', 'whole@13.8']);
  expect(play(600, () => ({})).length).toBeLessThan(15);
});

test('a part comes between two looks at the whole picture', () => {
  const looks = play(10, () => ({ active: true, packagePart: PART }));
  expect(count(looks, 'part')).toBeGreaterThan(10);
  expect(count(looks, 'whole')).toBeGreaterThan(10);
});

test('one look at a time: the slower the answers, the fewer', () => {
  expect(play(10, () => ({ active: true }), 10)).toHaveLength(5);
});

test('a look that is never answered is given up after five seconds', () => {
  expect(play(12, () => ({ active: true }), 1000)).toEqual(['whole@0', 'whole@5', 'whole@10']);
});

test('a clock that was set back does not stop the looks', () => {
  const pacing = new LookPacing();
  const active = { active: true, likely: true, somebody: false };
  expect(pacing.want({ at: START, ...active })).toBe('whole');
  expect(pacing.want({ at: START - 3_600_000, ...active })).toBe('whole');
});
