import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTone, opusPackets } from '../../test/support/spoken.ts';
import { samplesOf, tone } from '../../test/support/tone.ts';
import { AdtsFrames } from '../camera/talk/adts.ts';
import { aacArgs } from '../camera/talk/talk-encoder.ts';
import { startChild } from '../system/child.ts';
import { accessUnits, opusTicks, returnCodec, SoundMp4 } from './return-codec.ts';
import { decoderArgs, RETURN_SAMPLE_RATE } from './return-decoder.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');

async function ffmpeg(args: readonly string[], input: Buffer): Promise<Buffer> {
  await using child = startChild('ffmpeg', args, { stdin: true, outputs: 1 });
  child.stdin?.end(input);
  const output = await buffer(child.outputs[0] as Readable);
  expect((await child.exited).stderrTail).toEqual([]);
  return output;
}

describe('the length of an Opus packet', () => {
  it.each([
    ['SILK, 20 ms', '08', 960],
    ['SILK, 60 ms', '18', 2880],
    ['hybrid, 10 ms', '60', 480],
    ['CELT, 2.5 ms', '80', 120],
    ['CELT, 20 ms', 'f8', 960],
    ['two of 20 ms', 'f9', 1920],
    ['three of 20 ms', 'fb03', 2880],
    ['nothing', '', 480],
  ])('%s', (_name, bytes, ticks) => {
    expect(opusTicks(hex(bytes))).toBe(ticks);
  });
});

describe('AAC frames in RTP', () => {
  it.each([
    ['one', '0010 0010 aabb', ['aabb']],
    ['two', '0020 0008 0010 aa bbcc', ['aa', 'bbcc']],
    ['one that is cut', '0010 0018 aabb', []],
    ['none', '0000', []],
    ['headers without end', 'ffff 0008 aa', []],
  ])('%s', (_name, bytes, expected) => {
    expect(accessUnits(hex(bytes))).toEqual(expected.map(hex));
  });

  it('throw nothing, whatever comes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void accessUnits(Buffer.from(bytes))));
  });
});

describe('the MP4 that a decoder gets', () => {
  it.each([16_000, 24_000] as const)('holds Opus that ffmpeg decodes, all of it (%i Hz)', async (rate) => {
    const packets = await opusPackets(tone(1000, 1, rate), rate);
    const mp4 = new SoundMp4(returnCodec('libopus', rate));
    const bytes = [mp4.header(), ...packets.flatMap((packet) => mp4.fragments(packet))];
    const pcm = samplesOf(await ffmpeg(decoderArgs('libopus'), Buffer.concat(bytes)));
    expect(pcm.length / RETURN_SAMPLE_RATE).toBeCloseTo(packets.length * 0.02, 2);
    expect(findTone(pcm, 1000, RETURN_SAMPLE_RATE).ms).toBeGreaterThan(900);
  });

  it('holds nothing for a packet of silence', () => {
    const mp4 = new SoundMp4(returnCodec('libopus', 16_000));
    expect(mp4.fragments(Buffer.of(0xd8))).toEqual([]);
    expect(mp4.fragments(Buffer.of(0xd8, 0xff))).toEqual([]);
  });

  // This ffmpeg has no decoder for AAC-ELD, so the same box goes around AAC-LC: only the configuration differs.
  it('holds AAC in the boxes that ffmpeg knows', async () => {
    const adts = await ffmpeg(aacArgs({ sampleRate: 16_000, channels: 1 }), tone(1000, 1, 16_000));
    const frames = new AdtsFrames().push(adts);
    const eld = returnCodec('libfdk_aac', 16_000);
    const at = eld.sampleEntry.indexOf(hex('05 07 F8F0212C00BC00'));
    expect(at).toBeGreaterThan(0);
    // An AudioSpecificConfig of 7 bytes, of which AAC-LC needs two.
    const sampleEntry = Buffer.from(eld.sampleEntry);
    hex('1408 0000000000').copy(sampleEntry, at + 2);
    const mp4 = new SoundMp4({ ...eld, sampleEntry });
    const inRtp = (frame: Buffer) =>
      Buffer.concat([hex('0010'), Buffer.of(frame.length >> 5, (frame.length << 3) & 0xff), frame]);
    const bytes = [mp4.header(), ...frames.flatMap((frame) => mp4.fragments(inRtp(frame)))];
    const pcm = samplesOf(await ffmpeg(decoderArgs('libopus'), Buffer.concat(bytes)));
    expect(findTone(pcm, 1000, RETURN_SAMPLE_RATE).ms).toBeGreaterThan(800);
  });

  it('names its decoder where ffmpeg has several', () => {
    expect(decoderArgs('libfdk_aac').join(' ')).toContain('-c:a libfdk_aac -f mp4 -i pipe:0');
  });
});
