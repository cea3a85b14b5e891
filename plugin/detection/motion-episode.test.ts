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
    'three minutes are enough for one episode',
    [px(0), ...Array.from({ length: 190 }, (_, second) => px(second))],
    ['start@0', 'end@179', 'start@180'],
  ],
])('%s', (_, inputs, events) => {
  expect(play(inputs)).toEqual(events);
});
