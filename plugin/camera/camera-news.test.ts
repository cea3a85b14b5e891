import { describe, expect, it } from 'vitest';
import { createCameraNews } from './camera-news.ts';

const on = { online: true, privacy: false };
const off = { online: false, privacy: false };
const hidden = { online: false, privacy: true };
const faulty = { ...off, problem: { code: 'camera-unreachable', what: 'No answer.', cure: 'Look.' } };

describe('camera news', () => {
  it.each([
    ['a start that goes well', [off, on, on], [undefined, undefined, undefined]],
    ['a camera that was missing at the start', [faulty, faulty, on], [undefined, undefined, 'online']],
    ['a drop', [on, off, faulty, on], [undefined, 'offline', undefined, 'online']],
    ['a drop without a known reason', [on, off, on, on], [undefined, 'offline', 'online', undefined]],
    [
      'privacy mode',
      [on, hidden, hidden, off, on],
      [undefined, 'privacy-on', undefined, 'privacy-off', undefined],
    ],
    [
      'privacy mode of a missing camera',
      [on, off, hidden, off, on],
      [undefined, 'offline', 'privacy-on', 'privacy-off', undefined],
    ],
    [
      'a camera that is missing after privacy mode',
      [on, hidden, off, faulty, on],
      [undefined, 'privacy-on', 'privacy-off', undefined, 'online'],
    ],
    ['two drops', [on, off, on, off, on], [undefined, 'offline', 'online', 'offline', 'online']],
  ])('%s', (_, states, expected) => {
    const news = createCameraNews();
    expect(states.map(news)).toEqual(expected);
  });

  it('is silent about privacy mode that was on at the start', () => {
    const news = createCameraNews({ privacy: true });
    expect([hidden, off, on].map(news)).toEqual([undefined, 'privacy-off', undefined]);
  });
});
