import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MjpegReader } from './mjpeg-reader.ts';

const part = (jpeg: string, headers: string[] = []) =>
  ['--b', 'Content-Type: image/jpeg', `Content-Length: ${jpeg.length}`, ...headers, '', `${jpeg}\r\n`].join(
    '\r\n',
  );
const TIMES = ['x-doorstep-taken-at: 1763800000000', 'x-doorstep-age-ms: 40'];
const stream = Buffer.from(part('one', TIMES) + part('two, with\r\n\r\n in it') + part('three'));

test('the pictures are the same however the bytes come', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sizes) => {
      const reader = new MjpegReader(1000);
      const pictures = [];
      for (let at = 0, n = 0; at < stream.length; n++) {
        const size = sizes[n % sizes.length] ?? 1;
        pictures.push(...reader.push(stream.subarray(at, at + size)));
        at += size;
      }
      expect(pictures.map(({ jpeg, ...facts }) => [jpeg.toString(), facts])).toEqual([
        ['one', { takenAt: 1_763_800_000_000, ageMs: 40 }],
        ['two, with\r\n\r\n in it', {}],
        ['three', {}],
      ]);
    }),
  );
});

test.each([
  ['what is no stream of pictures', 'x'.repeat(5000)],
  ['a picture without length', '--b\r\nContent-Type: image/jpeg\r\n\r\n'],
  ['a picture that is too large', '--b\r\nContent-Length: 1001\r\n\r\n'],
])('%s is refused', (_what, bytes) => {
  expect(() => new MjpegReader(1000).push(Buffer.from(bytes))).toThrow();
});
