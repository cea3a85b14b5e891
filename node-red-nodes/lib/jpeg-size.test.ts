import { expect, test } from 'vitest';
import { jpegSize } from './jpeg-size.ts';

const APP0 = Buffer.from([0xff, 0xe0, 0, 4, 1, 2]);
const frame = (marker: number, width: number, height: number) => {
  const bytes = Buffer.from([0xff, marker, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0, 0]);
  bytes.writeUInt16BE(height, 5);
  bytes.writeUInt16BE(width, 7);
  return bytes;
};
const jpeg = (...parts: Buffer[]) => Buffer.concat([Buffer.from([0xff, 0xd8]), ...parts]);

test.each([
  ['baseline', jpeg(APP0, frame(0xc0, 1920, 1080)), { width: 1920, height: 1080 }],
  ['progressive', jpeg(frame(0xc2, 640, 360)), { width: 640, height: 360 }],
  ['fill bytes', jpeg(Buffer.from([0xff]), frame(0xc0, 8, 4)), { width: 8, height: 4 }],
  [
    'a table before the frame',
    jpeg(Buffer.from([0xff, 0xc4, 0, 3, 0]), frame(0xc0, 8, 4)),
    { width: 8, height: 4 },
  ],
  ['cut off', jpeg(frame(0xc0, 8, 4).subarray(0, 6)), undefined],
  ['no frame', jpeg(APP0), undefined],
  ['no JPEG', Buffer.from('GIF89a'), undefined],
  ['noise', jpeg(Buffer.from([1, 2, 3, 4, 5])), undefined],
  ['nothing', Buffer.alloc(0), undefined],
])('%s', (_what, bytes, size) => {
  expect(jpegSize(bytes)).toEqual(size);
});
