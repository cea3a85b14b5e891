import { beforeAll, describe, expect, it } from 'vitest';
import { type StartChild, startChild } from '../system/child.ts';
import { type Clock, systemClock as clock } from '../system/clock.ts';
import { type Ffmpeg, findFfmpeg } from './ffmpeg.ts';
import { SOFTWARE_ENCODER, type VideoEncoder } from './video-encoder.ts';
import { encoderCandidates, encodesWell, type ProbeHost, probeVideoEncoder } from './video-encoder-probe.ts';

const host = (platform: NodeJS.Platform, arch = 'x64', nodes: string[] = []): ProbeHost => ({
  ...{ platform, arch, renderNodes: async () => nodes },
});
const ALL = new Set([
  ...['libx264', 'h264_videotoolbox', 'h264_v4l2m2m', 'h264_vaapi', 'h264_qsv', 'h264_nvenc', 'h264_amf'],
]);
const NODES = ['/dev/dri/renderD128', '/dev/dri/renderD129'];

describe('candidates', () => {
  it.each([
    ['a Mac', host('darwin', 'arm64'), ['h264_videotoolbox']],
    ['a Raspberry Pi', host('linux', 'arm64'), ['h264_v4l2m2m', 'h264_qsv', 'h264_nvenc']],
    ['an old Raspberry Pi', host('linux', 'arm'), ['h264_v4l2m2m', 'h264_qsv', 'h264_nvenc']],
    ['a server without a GPU', host('linux'), ['h264_qsv', 'h264_nvenc']],
    ['Windows', host('win32'), ['h264_nvenc', 'h264_qsv', 'h264_amf']],
    ['FreeBSD', host('freebsd'), []],
  ])('of %s', async (_, machine, names) => {
    expect((await encoderCandidates(ALL, machine)).map(({ name }) => name)).toEqual(names);
  });

  it('are each GPU with each of its two encoders', async () => {
    const found = await encoderCandidates(new Set(['h264_vaapi']), host('linux', 'x64', NODES));
    expect(found.map(({ device, lowPower }) => [device, lowPower ?? false])).toEqual([
      ['/dev/dri/renderD128', false],
      ['/dev/dri/renderD128', true],
      ['/dev/dri/renderD129', false],
      ['/dev/dri/renderD129', true],
    ]);
  });

  it('are only those that ffmpeg has', async () => {
    expect(await encoderCandidates(new Set(['libx264']), host('darwin'))).toEqual([]);
  });
});

describe('the probe', () => {
  let ffmpeg: Ffmpeg;
  const deps = { startChild, clock };

  beforeAll(async () => {
    ffmpeg = await findFfmpeg({}, deps);
  });

  it('finds good pictures good, through the whole way', async () => {
    expect(await encodesWell(ffmpeg.path, SOFTWARE_ENCODER, deps)).toBe(true);
  });

  /** Stands for a driver: `change` is what it does to the pictures. */
  const driver =
    (change: string): StartChild =>
    (file, args, options) =>
      startChild(
        file,
        args.flatMap((arg, i) => (args[i - 1] === '-vf' ? [`${arg},${change}`] : [arg])),
        options,
      );

  it.each([
    ['a green picture', 'lutyuv=u=0:v=0'],
    ['a gray picture', 'lutyuv=y=128'],
    ['sheared lines', 'rotate=0.2'],
    ['another size', 'scale=320:180'],
    ['a picture now and then', "select='not(mod(n,4))'"],
    ['no picture at all', 'select=0'],
  ])('does not take %s for an encoder that works', async (_, change) => {
    expect(await encodesWell(ffmpeg.path, SOFTWARE_ENCODER, { clock, startChild: driver(change) })).toBe(
      false,
    );
  });

  it('gives up on an encoder that hangs', async () => {
    const hanging: StartChild = (_, __, options) =>
      startChild('/bin/cat', ['/dev/zero'], { ...options, outputs: 0 });
    const hasty: Clock = { ...clock, after: (ms, run) => clock.after(ms / 20, run) };
    expect(await encodesWell(ffmpeg.path, SOFTWARE_ENCODER, { clock: hasty, startChild: hanging })).toBe(
      false,
    );
  });

  it('says software on a machine whose encoders have no hardware', async () => {
    const listed: Ffmpeg = { ...ffmpeg, encoders: ALL };
    const machine = host('linux', 'arm64', ['/dev/dri/renderD999']);
    expect(await probeVideoEncoder(listed, { ...deps, setting: 'auto', host: machine })).toEqual(
      SOFTWARE_ENCODER,
    );
  });

  it('takes the first that works', async () => {
    /** On this machine only VAAPI has hardware, and only its small encoder. */
    const played: StartChild = (file, args, options) => {
      const chosen = args[args.indexOf('-c:v') + 1];
      const works = chosen === 'h264_vaapi' && args.includes('-low_power');
      if (!args.includes('-c:v')) return startChild(file, args, options);
      return startChild(file, works ? asSoftware(args) : ['-nothing'], options);
    };
    const found = await probeVideoEncoder(
      { ...ffmpeg, encoders: ALL },
      { startChild: played, clock, setting: 'auto', host: host('linux', 'arm64', NODES) },
    );
    const expected: VideoEncoder = {
      ...{ name: 'h264_vaapi', hardware: true, device: '/dev/dri/renderD128', lowPower: true },
    };
    expect(found).toEqual(expected);
  });

  it('tries nothing where software is wanted', async () => {
    const none: StartChild = () => {
      throw new Error('nothing was to be started');
    };
    expect(await probeVideoEncoder(ffmpeg, { startChild: none, clock, setting: 'software' })).toBe(
      SOFTWARE_ENCODER,
    );
  });
});

/** The same job without the GPU. */
function asSoftware(args: readonly string[]): string[] {
  const without = new Set(['-vaapi_device', '-low_power', '-profile:v']);
  return args
    .filter((arg, i) => !without.has(arg) && !without.has(args[i - 1] ?? ''))
    .map((arg) => (arg === 'h264_vaapi' ? 'libx264' : arg.replace(',hwupload', '')));
}
