import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeStream, type Stream } from '../../test/support/recorded-media.ts';
import { parseMoov } from '../camera/init-segment.ts';
import { childBoxes } from '../camera/mp4-boxes.ts';
import { nalUnits } from './h264-packets.ts';
import { avcConfig, codecConfig, initForTrack, samplesIn } from './mp4-samples.ts';

let stream: Stream;

beforeAll(async () => {
  stream = await makeStream({
    input: [
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=320x180:rate=15',
      '-f',
      'lavfi',
      '-i',
      'sine=sample_rate=16000',
    ],
    seconds: 2,
    video: ['-c:v', 'libx264', '-g', '15', '-pix_fmt', 'yuv420p'],
    audio: ['-c:a', 'aac'],
  });
});

function trackOf(kind: 'video' | 'audio') {
  const track = stream.init.tracks.find((one) => one.kind === kind);
  if (!track) throw new Error(`The stream has no ${kind}.`);
  return track;
}

describe('media samples', () => {
  it('are the NAL units of each picture', () => {
    const { id } = trackOf('video');
    const config = avcConfig(codecConfig(stream.init.data, id));
    expect(config?.parameterSets.map((set) => (set[0] ?? 0) & 0x1f)).toEqual([7, 8]);
    const pictures = stream.fragments.filter((fragment) => fragment.track === id);
    expect(pictures.length).toBeGreaterThanOrEqual(29);
    for (const picture of pictures) {
      const samples = samplesIn(picture.data);
      expect(samples).toHaveLength(1);
      const types = nalUnits(samples[0]?.data ?? Buffer.alloc(0), config?.lengthSize ?? 0).map(
        (unit) => (unit[0] ?? 0) & 0x1f,
      );
      expect(types.includes(5)).toBe(picture.keyframe);
    }
  });

  it('come with the delay between decoding and showing', () => {
    const { id } = trackOf('video');
    const offsets = stream.fragments
      .filter((fragment) => fragment.track === id)
      .flatMap((fragment) => samplesIn(fragment.data).map(({ offset }) => offset));
    // x264's default has B-pictures, which are shown before a picture that comes earlier.
    expect(new Set(offsets).size).toBeGreaterThan(1);
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0);
  });

  it('are left out where bytes are missing or wrong', () => {
    const [fragment] = stream.fragments;
    const data = fragment?.data ?? Buffer.alloc(0);
    fc.assert(
      fc.property(fc.nat(data.length - 1), fc.nat(255), fc.nat(data.length), (at, value, length) => {
        const broken = Buffer.from(data.subarray(0, length));
        if (at < length) broken[at] = value;
        const bytes = samplesIn(broken).reduce((sum, sample) => sum + sample.data.length, 0);
        expect(bytes).toBeLessThanOrEqual(broken.length * 64);
      }),
    );
  });

  it('has no configuration where it is broken', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const config = avcConfig(Buffer.from(bytes));
        for (const set of config?.parameterSets ?? []) expect(set.length).toBeGreaterThan(0);
      }),
    );
    expect(avcConfig(undefined)).toBeUndefined();
  });
});

describe('a header for one track', () => {
  it.each(['video', 'audio'] as const)('keeps only the %s', (kind) => {
    const { id } = trackOf(kind);
    const data = initForTrack(stream.init.data, id);
    const boxes = childBoxes(data, 0, data.length);
    expect(boxes.at(-1)).toMatchObject({ type: 'moov', end: data.length });
    const moov = boxes.at(-1);
    const tracks = moov ? parseMoov(data, moov) : [];
    expect(tracks.map((track) => [track.id, track.kind])).toEqual([[id, kind]]);
  });
});
