import { describe, expect, it } from 'vitest';
import { TimeGuard } from './time-guard.ts';

/** Pictures as [time in the stream, when it arrived], in seconds. */
type Pictures = readonly (readonly [time: number, at: number])[];

const steady = (count: number, { from = 0, at = 0, step = 0.1, every = 0.1 } = {}): Pictures =>
  Array.from({ length: count }, (_, index) => [from + index * step, at + index * every]);

const judge = (pictures: Pictures) => {
  const guard = new TimeGuard();
  return pictures.map(([time, at]) => guard.push(time, at)).find((verdict) => verdict !== undefined);
};

describe('the times of a stream', () => {
  it.each<[string, Pictures, 'leap' | 'creep' | undefined]>([
    ['that go with the clock', steady(200), undefined],
    ['of a slow camera', steady(60, { step: 1, every: 1 }), undefined],
    ['that are corrected once by a little', [...steady(50), ...steady(50, { from: 8, at: 5 })], undefined],
    ['that leap an hour ahead', [...steady(50), ...steady(5, { from: 3600, at: 5 })], 'leap'],
    ['that leap an hour back', [...steady(50, { from: 7200 }), ...steady(5, { from: 3600, at: 5 })], 'leap'],
    [
      'that creep, a tick a picture',
      [...steady(50), ...steady(80, { from: 5, at: 5, step: 1 / 90000 })],
      'creep',
    ],
    ['that stand still', steady(80, { step: 0 }), 'creep'],
    [
      'after a pause of the network, all at once',
      [...steady(50), ...steady(300, { from: 5, at: 35, every: 0.001 })],
      undefined,
    ],
    ['after a pause of the camera', [...steady(50), ...steady(50, { from: 35, at: 35 })], undefined],
    [
      'that come a second at a time',
      Array.from({ length: 300 }, (_, i) => [i / 10, Math.floor(i / 10)] as const),
      undefined,
    ],
  ])('%s', (_, pictures, verdict) => {
    expect(judge(pictures)).toBe(verdict);
  });
});
