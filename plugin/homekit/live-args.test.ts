import { describe, expect, it } from 'vitest';
import { SOFTWARE_ENCODER } from '../camera/video-encoder.ts';
import { audioPayload } from './audio-payload.ts';
import { LEVEL, PROFILE } from './hap-values.ts';
import { audioArgs, type VideoTarget, videoArgs } from './live-args.ts';

const TARGET: VideoTarget = {
  ...{ width: 1280, height: 720, fps: 30, kbps: 299, profile: PROFILE.main, level: LEVEL['3.1'] },
};
const video = (change: Partial<VideoTarget> = {}, encoder = SOFTWARE_ENCODER) =>
  videoArgs({ target: { ...TARGET, ...change }, encoder, decoderThreads: 2 });
const argOf = (args: string[], name: string) => args[args.indexOf(name) + 1];

describe('the arguments of a live view', () => {
  it('are what was asked for', () => {
    const args = video();
    expect(argOf(args, '-b:v')).toBe('299k');
    expect(argOf(args, '-profile:v')).toBe('main');
    expect(argOf(args, '-level:v')).toBe('3.1');
    expect(argOf(args, '-fpsmax')).toBe('30');
    expect(argOf(args, '-vf')).toContain("w='min(1280,iw)':h='min(720,ih)'");
    expect(argOf(video({ profile: PROFILE.high, level: LEVEL['4.0'] }), '-profile:v')).toBe('high');
  });

  it('start at once: one keyframe for two seconds, no picture kept back but for decoding', () => {
    const args = video();
    expect(argOf(args, '-force_key_frames')).toBe('expr:gte(t,n_forced*2)');
    expect(argOf(args, '-tune')).toBe('zerolatency');
    expect(argOf(args, '-movflags')).toContain('delay_moov');
    expect(args.indexOf('-threads')).toBeLessThan(args.indexOf('-i'));
    expect(argOf(args, '-threads')).toBe('2');
  });

  it('name the hardware before the input that it works for', () => {
    const device = '/dev/dri/renderD128';
    const args = video({}, { name: 'h264_vaapi', hardware: true, device });
    expect(argOf(args, '-c:v')).toBe('h264_vaapi');
    expect(args.indexOf(device)).toBeLessThan(args.indexOf('-i'));
    expect(argOf(args, '-vf')).toMatch(/,format=nv12,hwupload$/);
  });

  it.each([
    { encoder: 'libopus', codec: ['-c:a', 'libopus'] },
    { encoder: 'libfdk_aac', codec: ['-profile:a', 'aac_eld'] },
  ] as const)('name $encoder', ({ encoder, codec }) => {
    const args = audioArgs({ encoder, sampleRate: 24_000, kbps: 24, packetMs: 20 });
    expect(args.join(' ')).toContain(codec.join(' '));
    expect(argOf(args, '-ar')).toBe('24000');
  });

  it.each([
    { packetMs: 20, frame: '20' },
    { packetMs: 30, frame: '40' },
    { packetMs: 60, frame: '60' },
    { packetMs: 100, frame: '60' },
  ])('make Opus frames of $frame ms for packets of $packetMs ms', ({ packetMs, frame }) => {
    const args = audioArgs({ encoder: 'libopus', sampleRate: 16_000, kbps: 24, packetMs });
    expect(argOf(args, '-frame_duration')).toBe(frame);
  });

  it.each([
    { name: 'video', args: video() },
    { name: 'audio', args: audioArgs({ encoder: 'libopus', sampleRate: 16_000, kbps: 24, packetMs: 60 }) },
  ])('let $name touch nothing but its pipes', ({ args }) => {
    expect(argOf(args, '-protocol_whitelist')).toBe('pipe');
    expect(args.filter((arg) => arg.startsWith('pipe:'))).toEqual(['pipe:0', 'pipe:1']);
    // It would throw away the keyframe.
    expect(args).not.toContain('nobuffer');
  });
});

describe('an audio frame in RTP', () => {
  it('is bare for Opus', () => {
    expect(audioPayload('libopus', Buffer.from('abc'))).toEqual(Buffer.from('abc'));
  });

  it('has an AU header for AAC-ELD', () => {
    const payload = audioPayload('libfdk_aac', Buffer.alloc(300, 1));
    // 16 bits of headers; size 300, index 0.
    expect(payload.subarray(0, 4)).toEqual(Buffer.of(0, 16, (300 << 3) >> 8, (300 << 3) & 0xff));
    expect(payload.subarray(4)).toEqual(Buffer.alloc(300, 1));
  });
});
