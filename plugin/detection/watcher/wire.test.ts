import fc from 'fast-check';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameDecoder } from '../../system/frames.ts';
import type { WatcherNews } from './contract.ts';
import { frameOf, framePayload } from './frame-wire.ts';
import type { FromWatcher } from './messages.ts';
import { packNews, unpackNews } from './news-wire.ts';
import { withPictures } from './with-pictures.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const smallFrame = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.integer())
  .chain(([across, down, at]) =>
    fc.record({
      ...{ width: fc.constant(2 * across), height: fc.constant(2 * down), at: fc.constant(at) },
      ...{ luma: bytes(4 * across * down), cb: bytes(across * down), cr: bytes(across * down) },
    }),
  );

const picture = fc.record({
  width: fc.integer({ min: 1, max: 999 }),
  height: fc.integer({ min: 1, max: 999 }),
  png: fc.uint8Array({ maxLength: 200 }),
});

const news: fc.Arbitrary<WatcherNews> = fc.oneof(
  fc.record({ type: fc.constant('memory' as const), text: fc.string({ unit: 'grapheme' }) }),
  fc.record({ type: fc.constant('left' as const), at: fc.integer() }),
  fc
    .record({
      at: fc.integer(),
      score: fc.float({ noNaN: true }),
      picture: fc.option(picture, { nil: undefined }),
    })
    .map(({ picture, ...rest }) => ({
      ...{ type: 'person' as const, ...rest, scores: { size: 0.5 } },
      box: { left: 0, top: 0.25, right: 0.5, bottom: 1 },
      ...(picture && { picture }),
    })),
  fc.record({ before: picture, after: picture, at: fc.integer() }).map((rest) => ({
    ...{ type: 'package' as const, phase: 'delivered' as const, rule: 'new-after-visit' as const, ...rest },
    ...{ decidedAt: rest.at, packageId: 'P', decisionId: 'D', count: 1, score: 0.5, scores: {} },
    box: { left: 0, top: 0.25, right: 0.5, bottom: 1 },
  })),
);

describe('a small picture', () => {
  it('is the same on the other side', () => {
    fc.assert(
      fc.property(smallFrame, (frame) => {
        const back = frameOf(frame, framePayload(frame));
        expect({ ...back, luma: [...back.luma], cb: [...back.cb], cr: [...back.cr] }).toEqual({
          ...frame,
          ...{ luma: [...frame.luma], cb: [...frame.cb], cr: [...frame.cr] },
        });
      }),
    );
  });

  it('of another size than it says is refused', () => {
    expect(() => frameOf({ width: 4, height: 4, at: 0 }, Buffer.alloc(23))).toThrow(RangeError);
  });
});

describe('news', () => {
  it('are the same on the other side, wherever the bytes are split', () => {
    fc.assert(
      fc.property(
        fc.array(news, { maxLength: 4 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 90 })),
        (told, sizes) => {
          const sent = told.map((one) => {
            const { header, payload } = packNews(one);
            return encodeFrame({ type: 'news', camera: 1, news: header } satisfies FromWatcher, payload);
          });
          const decoder = new FrameDecoder<Extract<FromWatcher, { type: 'news' }>>();
          const heard: WatcherNews[] = [];
          for (let all = Buffer.concat(sent); all.length > 0; ) {
            const size = sizes.next().value ?? 1;
            for (const { header, payload } of decoder.push(all.subarray(0, size)))
              heard.push(unpackNews(header.news, payload));
            all = all.subarray(size);
          }
          expect(heard).toEqual(told.map(asJson));
        },
      ),
    );
  });

  it('with a piece missing are refused', () => {
    const { header, payload } = packNews({
      ...{ type: 'motion', at: 1, score: 1, scores: {}, box: { left: 0, top: 0, right: 1, bottom: 1 } },
      picture: { width: 1, height: 1, png: new Uint8Array(5) },
    });
    expect(() => unpackNews(header, payload.subarray(1))).toThrow(RangeError);
  });

  it('have their crops as PNG', () => {
    const rgb = Uint8Array.from({ length: 2 * 3 * 3 }, (_, index) => index);
    const crop = { width: 2, height: 3, rgb };
    const told = withPictures({
      ...{ type: 'person', at: 1, score: 1, scores: {}, box: { left: 0, top: 0, right: 1, bottom: 1 } },
      crop,
    });
    expect(told).not.toHaveProperty('crop');
    const { width, height, data } = decode(
      told.type === 'person' ? (told.picture?.png ?? new Uint8Array()) : new Uint8Array(),
    );
    expect({ width, height, rgb: Uint8Array.from(data) }).toEqual(crop);
  });
});

/** -0 is no number of JSON. */
function asJson(told: WatcherNews): WatcherNews {
  const { header, payload } = packNews(told);
  return unpackNews(JSON.parse(JSON.stringify(header)), payload);
}
