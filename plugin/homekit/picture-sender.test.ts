import { expect, it } from 'vitest';
import { createPictureSender } from './picture-sender.ts';

const CONFIG = { lengthSize: 4, parameterSets: [] };
/** One slice, behind its length. */
const PICTURE = Buffer.from([0, 0, 0, 3, 0x41, 1, 2]);

function sentAt(...times: number[]): number[] {
  const sent: number[] = [];
  const sender = createPictureSender({
    rtp: { send: (_, seconds) => void sent.push(seconds) },
    maxPayload: 1000,
    onPicture: () => {},
  });
  for (const seconds of times) sender.send(PICTURE, seconds, CONFIG);
  return sent;
}

it.each([
  { name: 'in order', times: [1, 2, 3] },
  { name: 'of one stream that takes over from another', times: [1, 2, 1.9, 1.9001, 2.1] },
])('pictures $name never share a time, nor go back', ({ times }) => {
  const sent = sentAt(...times);
  expect(sent).toEqual([...new Set(sent)].sort((a, b) => a - b));
  expect(sent.at(-1)).toBe(times.at(-1));
});

it('a clock that was set back far is followed', () => {
  expect(sentAt(100, 3)).toEqual([100, 3]);
});
