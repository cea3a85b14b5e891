import { describe, expect, it } from 'vitest';
import {
  type EncoderTarget,
  encodedMp4,
  SOFTWARE_ENCODER,
  type VideoEncoder,
  videoEncoderArgs,
} from './video-encoder.ts';

const LIVE: EncoderTarget = {
  ...{ width: 640, height: 360, fps: 15, kbps: 300 },
  ...{ profile: 'main', level: '3.1', keyframeSeconds: 2, lowLatency: true },
};
const hardware = (name: VideoEncoder['name'], more: object = {}): VideoEncoder => ({
  ...{ name, hardware: true, ...more },
});
const argOf = (args: string[], name: string) => args[args.indexOf(name) + 1];

const ENCODERS: VideoEncoder[] = [
  SOFTWARE_ENCODER,
  hardware('h264_videotoolbox'),
  hardware('h264_v4l2m2m'),
  hardware('h264_vaapi', { device: '/dev/dri/renderD129' }),
  hardware('h264_qsv'),
  hardware('h264_nvenc'),
  hardware('h264_amf'),
];

describe.each(ENCODERS)('$name', (encoder) => {
  it('gets what every encoder must know', () => {
    const { filter, output } = videoEncoderArgs(encoder, LIVE);
    expect(argOf(output, '-c:v')).toBe(encoder.name);
    expect(argOf(output, '-b:v')).toBe('300k');
    expect(argOf(output, '-maxrate')).toBe('300k');
    expect(argOf(output, '-bf')).toBe('0');
    expect(argOf(output, '-fpsmax')).toBe('15');
    expect(argOf(output, '-force_key_frames')).toBe('expr:gte(t,n_forced*2)');
    // Counting pictures must not come before counting time.
    expect(Number(argOf(output, '-g'))).toBeGreaterThanOrEqual(2 * 15 * 2);
    expect(filter[0]).toContain("w='min(640,iw)':h='min(360,ih)'");
  });

  it('is told no address, no file and no format', () => {
    const { beforeInput, filter, output } = videoEncoderArgs(encoder, LIVE);
    const all = [...beforeInput, ...filter, ...output].join(' ');
    expect(all).not.toMatch(/:\/\/|pipe:|-f /);
  });

  it('keeps size, rate and profile of a picture that nobody wants otherwise', () => {
    const { filter, output } = videoEncoderArgs(encoder, {
      kbps: 2000,
      keyframeSeconds: 4,
      lowLatency: false,
    });
    expect(filter[0]).toContain("w='iw':h='ih'");
    expect(output).not.toContain('-fpsmax');
    expect(output).not.toContain('-profile:v');
    expect(argOf(output, '-bufsize')).toBe('4000k');
  });
});

it.each([
  ['libx264', 'baseline', 'baseline'],
  ['h264_vaapi', 'baseline', 'constrained_baseline'],
  ['h264_vaapi', 'high', 'high'],
  ['h264_v4l2m2m', 'main', '77'],
  ['h264_videotoolbox', 'main', 'main'],
] as const)('%s calls the profile %s %s', (name, profile, called) => {
  const { output } = videoEncoderArgs({ name, hardware: name !== 'libx264' }, { ...LIVE, profile });
  expect(argOf(output, '-profile:v')).toBe(called);
});

it('names the level to software alone', () => {
  expect(argOf(videoEncoderArgs(SOFTWARE_ENCODER, LIVE).output, '-level:v')).toBe('3.1');
  for (const encoder of ENCODERS.filter((one) => one.hardware)) {
    expect(videoEncoderArgs(encoder, LIVE).output).not.toContain('-level:v');
  }
});

it('brings pictures to the GPU that was probed', () => {
  const vaapi = videoEncoderArgs(hardware('h264_vaapi', { device: '/dev/dri/renderD129' }), LIVE);
  expect(vaapi.beforeInput).toEqual(['-vaapi_device', '/dev/dri/renderD129']);
  expect(vaapi.filter.at(-1)).toBe('hwupload');
  expect(vaapi.output).not.toContain('-low_power');
  const small = videoEncoderArgs(hardware('h264_vaapi', { device: '/dev/dri/x', lowPower: true }), LIVE);
  expect(argOf(small.output, '-low_power')).toBe('1');
});

it.each([
  { name: 'live', lowLatency: true, preset: 'ultrafast', tune: true },
  { name: 'a recording', lowLatency: false, preset: 'veryfast', tune: false },
])('software encodes $name with $preset', ({ lowLatency, preset, tune }) => {
  const { output } = videoEncoderArgs(SOFTWARE_ENCODER, { ...LIVE, lowLatency });
  expect(argOf(output, '-preset')).toBe(preset);
  expect(output.includes('zerolatency')).toBe(tune);
});

it('writes the header when the parameters are known, without an edit list', () => {
  const args = encodedMp4('frag_keyframe');
  expect(argOf(args, '-movflags')).toBe('frag_keyframe+empty_moov+default_base_moof+delay_moov');
  expect(argOf(args, '-use_editlist')).toBe('0');
});
