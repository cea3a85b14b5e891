import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { findTone } from '../../../test/support/spoken.ts';
import { samplesOf, tone, toneShare } from '../../../test/support/tone.ts';
import { startChild } from '../../system/child.ts';
import { AdtsFrames } from './adts.ts';
import { createG711 } from './g711.ts';
import { loudness, VOICE_LOUDNESS } from './loudness.ts';
import { createResampler } from './resample.ts';
import { createRtpPackets } from './rtp-packets.ts';
import { aacArgs } from './talk-encoder.ts';
import { startTalkPace } from './talk-pace.ts';
import { TalkQueue } from './talk-queue.ts';

async function ffmpeg(args: readonly string[], input: Buffer): Promise<Buffer> {
  await using child = startChild('ffmpeg', ['-loglevel', 'error', ...args], { stdin: true, outputs: 1 });
  child.stdin?.end(input);
  // Awaited here: leaving ends the program.
  return await buffer(child.outputs[0] as Readable);
}

/** Each value that a sample can have. */
const EVERY_SAMPLE = Buffer.from(Int16Array.from({ length: 0x10000 }, (_, index) => index - 0x8000).buffer);

describe('G.711', () => {
  it.each([
    ['PCMU', 'mulaw'],
    ['PCMA', 'alaw'],
  ] as const)('%s comes back as near as that of ffmpeg', async (law, format) => {
    const ours = createG711(law)(EVERY_SAMPLE);
    const raw = ['-ar', '8000', '-ac', '1'];
    const s16 = ['-f', 's16le', ...raw];
    const theirs = await ffmpeg([...s16, '-i', 'pipe:0', '-f', format, 'pipe:1'], EVERY_SAMPLE);
    const decode = async (bytes: Buffer) =>
      samplesOf(await ffmpeg(['-f', format, ...raw, '-i', 'pipe:0', '-f', 's16le', 'pipe:1'], bytes));
    const [mine, other] = [await decode(ours), await decode(theirs)];
    let worse = 0;
    for (const [index, value] of samplesOf(EVERY_SAMPLE).entries()) {
      // The standard leaves the borders between steps to the encoder: as good as theirs, or nearly.
      const [error, allowed] = [Math.abs((mine[index] ?? 0) - value), Math.abs((other[index] ?? 0) - value)];
      if (error > allowed + Math.max(16, Math.abs(value) / 32)) worse += 1;
    }
    expect(worse).toBe(0);
  });
});

describe('loudness', () => {
  it.each([
    ['silence', Buffer.alloc(640), 0],
    ['nothing', Buffer.alloc(0), 0],
    ['half a sample', Buffer.of(9), 0],
    ['a tone', tone(1000, 0.1, 8000), 16_000 / Math.SQRT2],
  ])('of %s', (_name, pcm, expected) => {
    expect(loudness(pcm)).toBeCloseTo(expected, -1);
  });
});

describe('speech on its way', () => {
  const RATE = 8000;
  const ms = (length: number) => Buffer.alloc((RATE / 1000) * length * 2, 0x21);
  const isSilence = (frame: Buffer) => loudness(frame) < VOICE_LOUDNESS;
  const quiet = (length: number) => Buffer.alloc((RATE / 1000) * length * 2);

  it('begins when a little has gathered, goes on without a gap, and gathers anew after one', () => {
    const queue = new TalkQueue(RATE);
    expect(isSilence(queue.take())).toBe(true);
    queue.push(ms(20));
    expect(isSilence(queue.take())).toBe(true);
    queue.push(ms(20));
    expect([isSilence(queue.take()), isSilence(queue.take()), isSilence(queue.take())]).toEqual([
      false,
      false,
      true,
    ]);
    queue.push(ms(20));
    expect(isSilence(queue.take())).toBe(true);
    queue.push(ms(20));
    expect(isSilence(queue.take())).toBe(false);
  });

  it('keeps a second at most', () => {
    const queue = new TalkQueue(RATE);
    for (let turn = 0; turn < 30; turn++) queue.push(ms(50));
    expect(queue.waitingMs).toBeLessThanOrEqual(1000);
    expect(queue.waitingMs).toBeGreaterThan(950);
  });

  it('loses its delay in pauses, never in words', () => {
    const queue = new TalkQueue(RATE);
    queue.push(Buffer.concat([ms(200), quiet(400), ms(200)]));
    const frames = Array.from({ length: 40 }, () => queue.take());
    expect(frames.filter((frame) => !isSilence(frame))).toHaveLength(20);
    expect(frames.findLastIndex((frame) => !isSilence(frame))).toBeLessThan(30);
  });

  it('puts samples together that come in halves', () => {
    const queue = new TalkQueue(RATE);
    const pcm = tone(1000, 0.04, RATE);
    for (let at = 0; at < pcm.length; at += 3) queue.push(pcm.subarray(at, at + 3));
    expect(Buffer.concat([queue.take(), queue.take()])).toEqual(pcm);
  });

  it('is sent each 20 ms, with silence where there is none, and ends', () => {
    const clock = new ManualClock();
    const sent: Buffer[] = [];
    const pace = startTalkPace(RATE, clock, (frame) => sent.push(frame));
    pace.write(ms(200));
    clock.advance(1000);
    expect(sent).toHaveLength(51);
    expect(sent.filter((frame) => !isSilence(frame))).toHaveLength(10);
    expect(new Set(sent.map(({ length }) => length))).toEqual(new Set([320]));
    pace[Symbol.dispose]();
    expect(clock.pending).toBe(0);
  });
});

describe('a resampler', () => {
  const SECONDS = 1;
  const inPieces = (resample: (pcm: Buffer) => Buffer, pcm: Buffer) => {
    const out: Buffer[] = [];
    for (let at = 0; at < pcm.length; at += 642) out.push(resample(pcm.subarray(at, at + 642)));
    return samplesOf(Buffer.concat(out));
  };

  it.each([8000, 11_025, 24_000, 44_100, 48_000])('keeps a tone from 16 kHz to %i Hz', (to) => {
    const samples = inPieces(createResampler(16_000, to), tone(1000, SECONDS, 16_000));
    expect(Math.abs(samples.length / to - SECONDS)).toBeLessThan(0.01);
    const { ms } = findTone(samples.subarray(to / 10), 1000, to);
    expect(ms).toBeGreaterThan(860);
    expect(toneShare(samples.subarray(to / 10, to / 2), 1000, to)).toBeGreaterThan(0.98);
  });

  it('lets nothing fold back', () => {
    const samples = inPieces(createResampler(16_000, 8000), tone(6000, SECONDS, 16_000));
    expect(Math.max(...samples.subarray(1000).map(Math.abs))).toBeLessThan(160);
  });

  it('does not clip what is loud', () => {
    const loud = Buffer.from(
      Int16Array.from({ length: 3200 }, (_, index) => (index % 32 < 16 ? 32_767 : -32_768)).buffer,
    );
    for (const sample of inPieces(createResampler(16_000, 8000), loud))
      expect(Math.abs(sample)).toBeLessThanOrEqual(32_768);
  });
});

describe('RTP packets', () => {
  it('count, and wrap around', () => {
    const packet = createRtpPackets({ payloadType: 8, ssrc: 0xdeadbeef });
    const first = packet(Buffer.of(1, 2), 160, true);
    expect([first[0], first[1], first.readUInt32BE(8), first.length]).toEqual([0x80, 0x88, 0xdeadbeef, 14]);
    let last = first;
    for (let count = 0; count < 0x10000; count++) last = packet(Buffer.of(1), 160, false);
    expect(last.readUInt16BE(2)).toBe(first.readUInt16BE(2));
    expect(last.readUInt32BE(4)).toBe((first.readUInt32BE(4) + 0x10000 * 160) >>> 0);
  });
});

describe('AAC frames', () => {
  it('are cut out of what ffmpeg writes, however it comes', async () => {
    const bytes = await ffmpeg(aacArgs({ sampleRate: 16_000, channels: 1 }), tone(1000, 1, 16_000));
    const whole = new AdtsFrames().push(bytes);
    expect(whole.length).toBeGreaterThan(14);
    const frames = new AdtsFrames();
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += 5) pieces.push(...frames.push(bytes.subarray(at, at + 5)));
    expect(pieces).toEqual(whole);
  });

  it('are found again after noise', () => {
    const header = [0xff, 0xf1, 0x60, 0x40, 0x01, 0x3f, 0xfc];
    expect(new AdtsFrames().push(Buffer.from([1, 2, 0xff, ...header, 7, 8, 0xff, 0xff]))).toEqual([
      Buffer.of(7, 8),
    ]);
  });
});
