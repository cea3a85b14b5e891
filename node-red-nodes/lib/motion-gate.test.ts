import { expect, test } from 'vitest';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { MotionGate, type MotionLimits } from './motion-gate.ts';

interface MotionExtras extends Pick<Partial<DoorstepEvent>, 'label' | 'zone' | 'media' | 'replay'> {
  camera?: string;
  late?: number;
}

/** A motion event `at` seconds, sent at once or `late` seconds later. */
function motion(
  phase: 'start' | 'update' | 'end',
  at: number,
  score?: number,
  { camera = 'c', late = 0, ...rest }: MotionExtras = {},
) {
  return {
    ...{ schema: 1, id: `${phase}${at}`, seq: 1, kind: 'motion', phase, detectedAt: at * 1000 },
    ...{ at: at * 1000, sentAt: (at + late) * 1000, camera: { id: camera, name: camera, slug: camera } },
    ...(score !== undefined && { score }),
    ...rest,
  } as DoorstepEvent;
}

/** `start`, `end`, `wait 5000`; with `due` in place of an event the wait of camera `c` is over. */
function said(limits: MotionLimits, events: (DoorstepEvent | 'due')[]) {
  const gate = new MotionGate(limits);
  return events.map((event) =>
    (event === 'due' ? gate.due('c') : gate.take(event)).map((step) =>
      step.say === 'wait' ? `wait ${step.inMs}` : `${step.say} ${step.event.id}`,
    ),
  );
}

test.each<[string, MotionLimits, (DoorstepEvent | 'due')[], string[][]]>([
  [
    'without limits start and end pass, updates do not',
    { minScore: 0, minDurationMs: 0 },
    [motion('start', 0), motion('update', 1), motion('end', 2)],
    [['start start0'], [], ['end end2']],
  ],
  [
    'an end whose start was before our time passes',
    { minScore: 0.5, minDurationMs: 5000 },
    [motion('end', 2)],
    [['end end2']],
  ],
  [
    'a weak motion passes neither start nor end',
    { minScore: 0.5, minDurationMs: 0 },
    [motion('start', 0, 0.2), motion('update', 1, 0.4), motion('end', 2)],
    [[], [], []],
  ],
  [
    'a motion that grows strong begins then',
    { minScore: 0.5, minDurationMs: 0 },
    [motion('start', 0, 0.2), motion('update', 1, 0.5), motion('update', 2, 0.9), motion('end', 3)],
    [[], ['start update1'], [], ['end end3']],
  ],
  [
    'no score is no reason to hold back',
    { minScore: 0.9, minDurationMs: 0 },
    [motion('start', 0)],
    [['start start0']],
  ],
  [
    'a long one starts when it has lasted',
    { minScore: 0, minDurationMs: 5000 },
    [motion('start', 0), 'due', motion('end', 9)],
    [['wait 5000'], ['start start0'], ['end end9']],
  ],
  [
    'a short one passes neither start nor end',
    { minScore: 0, minDurationMs: 5000 },
    [motion('start', 0), motion('end', 2), 'due'],
    [['wait 5000'], [], []],
  ],
  [
    'a replayed one does not wait again',
    { minScore: 0, minDurationMs: 5000 },
    [motion('start', 0, undefined, { late: 60 }), motion('end', 9, undefined, { late: 51 })],
    [['start start0'], ['end end9']],
  ],
  [
    'start and end that arrive together pass together, when the motion lasted',
    { minScore: 0, minDurationMs: 5000 },
    [motion('start', 0), motion('end', 9)],
    [['wait 5000'], ['start start0', 'end end9']],
  ],
  [
    'strength that comes late waits only for the rest',
    { minScore: 0.5, minDurationMs: 5000 },
    [motion('start', 0, 0.1), motion('update', 3, 0.8), 'due'],
    [[], ['wait 2000'], ['start update3']],
  ],
  [
    'with people only, motion begins when somebody is seen',
    { minScore: 0, minDurationMs: 0, label: 'person' },
    [
      motion('start', 0, 0.9, { label: 'motion' }),
      motion('update', 2, 0.6, { label: 'person' }),
      motion('end', 9, undefined, { label: 'person' }),
      motion('start', 20, 0.9, { label: 'motion' }),
      motion('end', 25, undefined, { label: 'motion' }),
    ],
    [[], ['start update2'], ['end end9'], [], []],
  ],
  [
    'in one area only, what is elsewhere or nowhere is left out, and its end too',
    { minScore: 0, minDurationMs: 0, zone: 'doorstep' },
    [
      motion('start', 0, 0.9, { zone: 'motion' }),
      motion('update', 1),
      motion('end', 2),
      motion('start', 10),
      motion('update', 12, 0.5, { zone: 'doorstep' }),
      motion('end', 15),
    ],
    [[], [], [], [], ['start update12'], ['end end15']],
  ],
  [
    'what is wanted must be strong as well',
    { minScore: 0.5, minDurationMs: 0, label: 'person' },
    [motion('start', 0, 0.4, { label: 'person' }), motion('end', 2)],
    [[], []],
  ],
  [
    'what was missed does not count where it is unwanted, but for the end of what was told',
    { minScore: 0, minDurationMs: 0, replay: false },
    [
      motion('start', 0),
      motion('end', 5, undefined, { replay: true }),
      motion('start', 10, undefined, { replay: true }),
      motion('end', 15, undefined, { replay: true }),
      motion('start', 20, undefined, { replay: true }),
      motion('update', 25),
      motion('end', 30),
    ],
    [['start start0'], ['end end5'], [], [], [], ['start update25'], ['end end30']],
  ],
  [
    'a motion that was too short before the gap is forgotten with its end',
    { minScore: 0, minDurationMs: 5000, replay: false },
    [motion('start', 0), motion('end', 9, undefined, { replay: true }), 'due'],
    [['wait 5000'], [], []],
  ],
  [
    'cameras do not mix',
    { minScore: 0, minDurationMs: 5000 },
    [motion('start', 0), motion('start', 1, undefined, { camera: 'd' }), motion('end', 2), 'due'],
    [['wait 5000'], ['wait 5000'], [], []],
  ],
])('%s', (_what, limits, events, expected) => {
  expect(said(limits, events)).toEqual(expected);
});

test('start and end have the picture of the whole motion', () => {
  const gate = new MotionGate({ minScore: 0.5, minDurationMs: 0 });
  const media = { snapshot: { id: 'start0', ready: false } };
  const steps = [
    motion('start', 0, 0.1, { media }),
    motion('update', 3, 0.8),
    motion('end', 9),
    motion('end', 20),
  ];
  const picture = { id: 'start0', takenAt: 0 };
  expect(steps.flatMap((event) => gate.take(event))).toMatchObject([
    { say: 'start', picture },
    { say: 'end', picture },
    { say: 'end', picture: undefined },
  ]);
});
