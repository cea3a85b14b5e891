import { expect, test } from 'vitest';
import { type Episode, type MotionInput, stepEpisode } from './motion-episode.ts';

const px = (at: number, score = 0.1): MotionInput => ({ type: 'pixels', at: at * 1000, score });
const hook = (at: number, test = false): MotionInput => ({
  ...{ type: 'trigger', at: at * 1000, test },
  label: 'motion',
});
const person = (at: number): MotionInput => ({
  ...{ type: 'trigger', at: at * 1000 },
  test: false,
  label: 'person',
});
const seen = (at: number, score = 0.5, zone?: 'doorstep' | 'motion'): MotionInput => ({
  ...{ type: 'person', at: at * 1000, score },
  ...(zone && { zone }),
});
const left = (at: number): MotionInput => ({ type: 'left', at: at * 1000 });
const tick = (at: number): MotionInput => ({ type: 'tick', at: at * 1000 });
const stop = (at: number): MotionInput => ({ type: 'stop', at: at * 1000 });

/** Events as `phase@second`, with the time in seconds. */
function play(inputs: MotionInput[]): string[] {
  let episode: Episode | undefined;
  return inputs.flatMap((input) => {
    const next = stepEpisode(episode, input);
    episode = next.episode;
    return next.steps.map(
      ({ phase, at, test, label }) =>
        `${label === 'person' ? 'person ' : ''}${phase}@${at / 1000}${test ? ' test' : ''}`,
    );
  });
}

test('each step says where, and how sure', () => {
  const begun = stepEpisode(undefined, seen(1, 0.4, 'motion'));
  expect(begun.steps).toEqual([{ phase: 'start', at: 1000, label: 'person', score: 0.4, zone: 'motion' }]);
  expect(stepEpisode(begun.episode, seen(2, 0.5, 'doorstep')).steps).toEqual([
    { phase: 'update', at: 2000, label: 'person', zone: 'doorstep' },
  ]);
});

test.each<[string, MotionInput[], string[]]>([
  ['nothing', [tick(1)], []],
  ['motion starts once', [px(1), px(2), px(3)], ['start@1']],
  ['and ends 8 s after its last, dated to that', [px(1), px(3), tick(10.9), tick(11)], ['start@1', 'end@3']],
  ['a pause shorter than the hold is none', [px(1), px(8), tick(9), px(15), tick(23)], ['start@1', 'end@15']],
  ['after the end it starts again', [px(1), tick(9), px(10)], ['start@1', 'end@1', 'start@10']],
  ['even when no tick came between', [px(1), px(30)], ['start@1', 'end@1', 'start@30']],
  ['nobody looks any more', [px(1), px(3), stop(4), tick(30)], ['start@1', 'end@3']],
  ['nobody looks, and nothing was', [stop(4)], []],
  ['a trigger holds 30 s', [hook(1), tick(30.9), tick(31)], ['start@1', 'end@1']],
  [
    'and once motion is seen the picture decides',
    [hook(1), px(2), tick(9.9), tick(10)],
    ['start@1', 'end@2'],
  ],
  ['a trigger extends what is seen', [px(1), hook(5), tick(12.9), tick(13)], ['start@1', 'end@5']],
  [
    'a clock that was set back ends it, and what moves then is new',
    [px(3600), px(3601), px(10), px(11), tick(19)],
    ['start@3600', 'end@3601', 'start@10', 'end@11'],
  ],
  ['also when nothing moves', [px(3600), tick(10)], ['start@3600', 'end@3600']],
  ['a reading a little late does not', [px(10), px(5), tick(17)], ['start@10']],
  ['by hand is marked', [hook(1, true)], ['start@1 test']],
  ['somebody is told from the start', [person(1), tick(31)], ['person start@1', 'person end@1']],
  [
    'somebody recognised in mid-motion is told once, and stays somebody',
    [px(1), person(2), person(3), px(4), tick(12)],
    ['start@1', 'person update@2', 'person end@4'],
  ],
  ['a much higher score is told', [px(1, 0.1), px(2, 0.2), px(3, 0.6), px(4, 0.7)], ['start@1', 'update@3']],
  [
    'a visit is one episode, however still they stand',
    [px(1), seen(2), px(3), tick(11), tick(60), px(70), left(75), tick(82.9), tick(83)],
    ['start@1', 'person update@2', 'person end@75'],
  ],
  [
    'a visit of which nothing more is heard is over after two minutes',
    [seen(1), tick(120), tick(121)],
    ['person start@1', 'person end@1'],
  ],
  [
    'they left before it was known',
    [seen(1), px(20), left(12), tick(28)],
    ['person start@1', 'person end@20'],
  ],
  [
    'a better look is told when it is much better',
    [seen(1, 0.4), seen(2, 0.5), seen(3, 0.7)],
    ['person start@1', 'person update@3'],
  ],
  ['how much moves says nothing more of somebody', [seen(1, 0.4), px(2, 0.9)], ['person start@1']],
  [
    'who comes to the doorstep is told',
    [seen(1, 0.4, 'motion'), seen(2, 0.4, 'doorstep'), seen(3, 0.4, 'motion'), seen(4, 0.4, 'doorstep')],
    ['person start@1', 'person update@2'],
  ],
  [
    'a long visit is told again, so that it is recorded on, and after a quarter of an hour begins anew',
    [seen(0), ...Array.from({ length: 91 }, (_, ten) => px(ten * 10))],
    [
      'person start@0',
      ...[150, 300, 450, 600, 750].map((at) => `person update@${at}`),
      ...['person end@890', 'person start@900'],
    ],
  ],
  ['nobody left whom nobody saw', [left(1), px(2), left(3), tick(11)], ['start@2', 'end@3']],
  [
    'three minutes are enough for one episode',
    [px(0), ...Array.from({ length: 190 }, (_, second) => px(second))],
    ['start@0', 'end@179', 'start@180'],
  ],
])('%s', (_, inputs, events) => {
  expect(play(inputs)).toEqual(events);
});
