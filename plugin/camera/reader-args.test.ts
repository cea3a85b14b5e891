import { describe, expect, it } from 'vitest';
import { readerArgs, type StreamPlan } from './reader-args.ts';
import { firstHabits } from './reader-lessons.ts';
import { SOFTWARE_ENCODER } from './video-encoder.ts';

const plan: StreamPlan = {
  url: 'rtsp://host/a b;$(c)',
  transport: 'tcp',
  role: 'both',
  ...firstHabits('copy'),
};
const now = { major: 5, minor: 1 };

const argumentOf = (args: string[], option: string) => args[args.indexOf(option) + 1];

describe('the arguments of a reader', () => {
  it.each([
    ['both', 'copy', ['video', 'audio', 'small', 'stills'], ['pipe:1', 'pipe:3', 'pipe:4', 'pipe:5']],
    ['both', 'none', ['video', 'small', 'stills'], ['pipe:1', 'pipe:3', 'pipe:4']],
    ['main', 'aac', ['video', 'audio'], ['pipe:1', 'pipe:3']],
    ['main', 'none', ['video'], ['pipe:1']],
    ['detect', 'none', ['video', 'small', 'stills'], ['pipe:1', 'pipe:3', 'pipe:4']],
  ] as const)('a stream for %s with audio %s gives %s', (role, audio, outputs, pipes) => {
    const reader = readerArgs(now, { ...plan, role, audio });
    expect(reader.outputs).toEqual(outputs);
    expect(reader.args.filter((arg) => arg.startsWith('pipe:'))).toEqual(pipes);
  });

  it.each([
    [{ major: 4, minor: 4 }, '-stimeout', '-vsync'],
    [{ major: 5, minor: 0 }, '-timeout', '-vsync'],
    [{ major: 5, minor: 1 }, '-timeout', '-fps_mode'],
    [{ major: 8, minor: 0 }, '-timeout', '-fps_mode'],
  ])('ffmpeg %o knows %s and %s', (version, timeout, sync) => {
    const { args } = readerArgs(version, plan);
    expect(args.filter((arg) => arg === '-stimeout' || arg === '-timeout')).toEqual([timeout]);
    expect(new Set(args.filter((arg) => arg === '-vsync' || arg === '-fps_mode'))).toEqual(new Set([sync]));
  });

  it('passes the URL as one argument, behind a list of what it may open', () => {
    const { args } = readerArgs(now, plan);
    expect(argumentOf(args, '-i')).toBe(plan.url);
    expect(args.indexOf('-protocol_whitelist')).toBeLessThan(args.indexOf('-i'));
    expect(argumentOf(args, '-protocol_whitelist')).not.toMatch(/file|pipe|http/);
  });

  it('neither decodes nor encodes what is only kept', () => {
    const { args } = readerArgs(now, { ...plan, role: 'main' });
    expect(args.filter((_, index) => args[index - 1]?.startsWith('-c:'))).toEqual(['copy', 'copy']);
  });

  it.each([
    ['both', ['video', 'audio', 'small', 'stills']],
    ['main', ['video', 'audio']],
    ['detect', ['video', 'small', 'stills']],
  ] as const)('shows nothing of a masked stream for %s but what went through the masks', (role, outputs) => {
    const mask = { filters: ['drawbox=1', 'drawbox=2'], encoder: SOFTWARE_ENCODER };
    const audio = role === 'detect' ? 'none' : 'copy';
    const { args, outputs: given } = readerArgs(now, { ...plan, role, audio, mask });
    expect(given).toEqual(outputs);
    const pictures = outputs.filter((kind) => kind !== 'audio');
    const maps = args.filter((_, index) => args[index - 1] === '-map');
    expect(maps).toEqual(outputs.map((kind) => (kind === 'audio' ? '0:a:0' : `[${kind}]`)));
    expect(argumentOf(args, '-c:v')).toBe('libx264');
    const [masked, ...branches] = argumentOf(args, '-filter_complex')?.split(';') ?? [];
    const labels = pictures.map((kind) => `[masked-${kind}]`);
    expect(masked).toMatch(/^\[0:v:0\]select='key/);
    expect(masked?.replace(/^.*?',/, '')).toBe(
      `drawbox=1,drawbox=2,split=${pictures.length}${labels.join('')}`,
    );
    expect(branches.map((branch) => branch.replace(/].*\[/, '] to ['))).toEqual(
      pictures.map((kind) => `[masked-${kind}] to [${kind}]`),
    );
    expect(args).not.toContain('0:v:0');
  });

  it('looks longer where the camera announces little, and takes the time of arrival where its own makes no sense', () => {
    const { args } = readerArgs(now, { ...plan, patient: true, times: 'arrival' });
    expect(Number(argumentOf(args, '-analyzeduration'))).toBeGreaterThan(15_000_000);
    expect(argumentOf(args, '-use_wallclock_as_timestamps')).toBe('1');
  });
});
