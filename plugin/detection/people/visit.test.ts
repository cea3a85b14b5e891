import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Box } from '../../../protocol/detection.ts';
import { stepVisit, type Visit, type VisitLook } from './visit.ts';

const DOOR: Box = { left: 0.4, top: 0.2, right: 0.6, bottom: 0.9 };
const GATE: Box = { left: 0.1, top: 0.3, right: 0.2, bottom: 0.6 };
const CLOSE: Box = { left: 0.2, top: 0, right: 0.9, bottom: 1 };

/** A look at a second: whom it saw, with which score. */
type Seen = [
  second: number,
  score?: number | undefined,
  box?: Box,
  more?: Partial<VisitLook> & { moved?: boolean },
];

/** What was told: `person@second score` and `left@second`. */
function play(looks: readonly Seen[], movingSince = 0): string[] {
  let visit: Visit | undefined;
  return looks.flatMap(([second, score, box = DOOR, { moved = true, ...more } = {}]) => {
    const step = stepVisit(
      visit,
      {
        ...{ at: second * 1000, movingSince: movingSince * 1000, partly: false, ...more },
        figures: score === undefined ? [] : [{ label: 'person', score, box, moved }],
      },
      { threshold: 0.2 },
    );
    visit = step.visit;
    return [
      ...(step.leftAt === undefined ? [] : [`left@${step.leftAt / 1000}`]),
      ...(step.tell ? [`person@${second} ${step.tell.score}`] : []),
    ];
  });
}

test.each<[string, Seen[], string[], number?]>([
  ['nobody', [[1], [1.5], [2]], []],
  ['one hit is none', [[1, 0.5], [1.5], [2], [2.5], [3]], []],
  ['two hits of three looks are', [[1, 0.5], [1.5], [2, 0.4]], ['person@2 0.4']],
  ['two of four are not', [[1, 0.5], [1.5], [2], [2.5, 0.5]], []],
  [
    'for less than a second is nobody yet',
    [
      [1, 0.5],
      [1.5, 0.5],
      [2, 0.5],
    ],
    ['person@2 0.5'],
    1,
  ],
  [
    'where something has moved for long, two looks are enough',
    [
      [3, 0.5],
      [3.5, 0.5],
    ],
    ['person@3.5 0.5'],
  ],
  [
    'two weak hits are none',
    [
      [1, 0.21],
      [1.5, 0.21],
      [2, 0.22],
    ],
    [],
  ],
  [
    'a weak and a surer one are',
    [
      [1, 0.21],
      [1.5, 0.26],
    ],
    ['person@1.5 0.26'],
  ],
  [
    'below the threshold is nobody',
    [
      [1, 0.19],
      [1.5, 0.19],
      [2, 0.19],
    ],
    [],
  ],
  [
    'a figure where nothing moves is nobody',
    [
      [1, 0.5, DOOR, { moved: false }],
      [1.5, 0.5, DOOR, { moved: false }],
      [3, 0.5, DOOR, { moved: false }],
    ],
    [],
  ],
  [
    'who then stands still is still there',
    [
      [1, 0.5],
      [1.5, 0.5],
      [4, 0.4, DOOR, { moved: false }],
      [20, 0.18, DOOR, { moved: false }],
      [40, 0.4, DOOR, { moved: false }],
    ],
    ['person@1.5 0.5'],
  ],
  ['left after three looks', [[1, 0.5], [2, 0.5], [4], [4.5], [5], [5.5]], ['person@2 0.5', 'left@2']],
  [
    'who bends down is not gone',
    [[1, 0.5], [2, 0.5], [2.5], [3], [3.5], [4], [4.5, 0.4], [5, 0.4]],
    ['person@2 0.5'],
  ],
  [
    'a look at a part does not say that they left',
    [
      [1, 0.5],
      [2, 0.5],
      ...[3, 4, 5, 6, 7].map((second): Seen => [second, undefined, DOOR, { partly: true }]),
    ],
    ['person@2 0.5'],
  ],
  [
    'a clearly better view is told',
    [
      [1, 0.5, GATE],
      [2, 0.5, GATE],
      [2.5, 0.5, CLOSE],
    ],
    ['person@2 0.5', 'person@2.5 0.5'],
  ],
  [
    'a slightly better one is not',
    [
      [1, 0.5],
      [2, 0.5],
      [2.5, 0.6],
    ],
    ['person@2 0.5'],
  ],
  [
    'two visits',
    [[1, 0.5], [2, 0.5], [4], [5], [6], [20, 0.4, GATE], [21, 0.4, GATE]],
    ['person@2 0.5', 'left@2', 'person@21 0.4'],
  ],
  ['a clock that was set back ends it', [[100, 0.5], [101, 0.5], [10]], ['person@101 0.5', 'left@101']],
  [
    'so does a long pause',
    [
      [1, 0.5],
      [2, 0.5],
      [100, 0.5],
    ],
    ['person@2 0.5', 'left@2'],
  ],
])('%s', (_, looks, told, movingSince) => {
  expect(play(looks, movingSince)).toEqual(told);
});

test('whatever the looks: a person first, then better views of them, one end, and never an end without a person', () => {
  const look = fc.tuple(
    fc.integer({ min: -3000, max: 20_000 }),
    fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    fc.constantFrom(DOOR, GATE, CLOSE),
    fc.boolean(),
  );
  fc.assert(
    fc.property(fc.array(look, { maxLength: 60 }), (looks) => {
      let visit: Visit | undefined;
      let there = false;
      let at = 1_000_000;
      for (const [after, score, box, moved] of looks) {
        at += after;
        const figures = score === null ? [] : [{ label: 'person' as const, score, box, moved }];
        const step = stepVisit(
          visit,
          { at, figures, movingSince: at - 2000, partly: false },
          { threshold: 0.2 },
        );
        visit = step.visit;
        if (step.leftAt !== undefined) {
          expect(there).toBe(true);
          there = false;
        }
        if (step.tell) there = true;
        expect(there).toBe(visit?.told ?? false);
      }
    }),
  );
});
