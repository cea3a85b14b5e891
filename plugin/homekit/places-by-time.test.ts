import { expect, it } from 'vitest';
import { PlacesByTime } from './places-by-time.ts';

it('finds the place of a picture again by the time that ffmpeg counts from the first', () => {
  const places = new PlacesByTime();
  for (const time of [7, 7.1, 7.2, 7.3]) places.note(time, time - 5);
  expect(places.at(0)).toBeCloseTo(2);
  // An encoder's clock rounds, and leaves pictures out.
  expect(places.at(0.0999)).toBeCloseTo(2.1);
  expect(places.at(0.3)).toBeCloseTo(2.3);
  expect(places.at(0.35)).toBeCloseTo(2.35);
});

it('takes pictures in the order in which they are decoded', () => {
  const places = new PlacesByTime();
  for (const time of [1, 1.3, 1.1, 1.2]) places.note(time, time);
  expect([0, 0.1, 0.2, 0.3].map((time) => places.at(time))).toEqual([1, 1.1, 1.2, 1.3]);
});
