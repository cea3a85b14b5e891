import { describe, expect, it } from 'vitest';
import { createCameraNews } from './camera-news.ts';

const on = { online: true };
const off = { online: false };
const faulty = { online: false, problem: { code: 'camera-unreachable', what: 'No answer.', cure: 'Look.' } };

describe('camera news', () => {
  it.each([
    ['a start that goes well', [off, on, on], [undefined, undefined, undefined]],
    ['a camera that was missing at the start', [faulty, faulty, on], [undefined, undefined, 'online']],
    ['a drop', [on, off, faulty, on], [undefined, 'offline', undefined, 'online']],
    ['a drop without a known reason', [on, off, on, on], [undefined, 'offline', 'online', undefined]],
    ['two drops', [on, off, on, off, on], [undefined, 'offline', 'online', 'offline', 'online']],
  ])('%s', (_, states, expected) => {
    const news = createCameraNews();
    expect(states.map(news)).toEqual(expected);
  });
});
