import { describe, expect, it } from 'vitest';
import { readerArgs, type StreamPlan } from './reader-args.ts';

const plan: StreamPlan = { url: 'rtsp://host/a b;$(c)', transport: 'tcp', role: 'both', audio: 'copy' };
const now = { major: 5, minor: 1 };

const argumentOf = (args: string[], option: string) => args[args.indexOf(option) + 1];

describe('the arguments of a reader', () => {
  it.each([
    ['both', 'copy', ['video', 'audio', 'gray', 'stills'], ['pipe:1', 'pipe:3', 'pipe:4', 'pipe:5']],
    ['both', 'none', ['video', 'gray', 'stills'], ['pipe:1', 'pipe:3', 'pipe:4']],
    ['main', 'aac', ['video', 'audio'], ['pipe:1', 'pipe:3']],
    ['main', 'none', ['video'], ['pipe:1']],
    ['detect', 'none', ['video', 'gray', 'stills'], ['pipe:1', 'pipe:3', 'pipe:4']],
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
});
