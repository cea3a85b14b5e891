/** Finds an ffmpeg program and learns, once, what it can do. */
import type { StartChild } from '../system/child.ts';
import { atMost, type Clock } from '../system/clock.ts';
import { ProblemError, reason } from '../system/problem.ts';

export interface Ffmpeg {
  /** What to start: an absolute path, or `ffmpeg` when it was found on PATH. */
  path: string;
  /** As it names itself: `5.1.9-0+deb12u1`. */
  version: string;
  major: number;
  minor: number;
  /** Names of its encoders: `libx264`, `libfdk_aac`, `libopus`, `h264_v4l2m2m`, … */
  encoders: ReadonlySet<string>;
  /** Where it came from, in words for the log: `the configured path`, `ffmpeg-for-homebridge`, `PATH`. */
  origin: string;
}

export interface FfmpegDeps {
  startChild: StartChild;
  clock: Clock;
  /** Path that the npm package `ffmpeg-for-homebridge` exports; undefined when it has none. Default: the real package. */
  packagedPath?: () => Promise<string | undefined>;
}

/**
 * The configured ffmpeg, else the one of the npm package `ffmpeg-for-homebridge`, else the one on PATH.
 *
 * @throws ProblemError `ffmpeg-not-found` when the configured one does not run, or nothing was configured and none was found.
 */
export async function findFfmpeg(options: { configured?: string }, deps: FfmpegDeps): Promise<Ffmpeg> {
  const { configured } = options;
  if (configured !== undefined) {
    const found = await probe(configured, 'the configured path', deps);
    if ('ffmpeg' in found) return found.ffmpeg;
    throw new ProblemError({
      code: 'ffmpeg-not-found',
      what: `The configured ffmpeg "${configured}" does not run (${found.failure}).`,
      cure: 'Correct "ffmpegPath", or remove it and install ffmpeg with: sudo apt install ffmpeg',
    });
  }
  const packaged = await (deps.packagedPath ?? ffmpegForHomebridge)().catch(() => undefined);
  const candidates = [
    ...(packaged === undefined ? [] : [{ path: packaged, origin: 'ffmpeg-for-homebridge' }]),
    { path: 'ffmpeg', origin: 'PATH' },
  ];
  for (const { path, origin } of candidates) {
    const found = await probe(path, origin, deps);
    if ('ffmpeg' in found) return found.ffmpeg;
  }
  throw new ProblemError({
    code: 'ffmpeg-not-found',
    what: 'No working ffmpeg was found, neither in the package ffmpeg-for-homebridge nor on PATH.',
    cure: 'Install it with: sudo apt install ffmpeg',
  });
}

/** Version numbers out of the first lines of `ffmpeg -version`; builds from git have only a libavutil version. */
export function parseVersion(text: string): { version: string; major: number; minor: number } | undefined {
  const version = /^ffmpeg version (\S+)/m.exec(text)?.[1];
  if (version === undefined) return undefined;
  const release = /^n?(\d+)\.(\d+)/.exec(version);
  if (release) return { version, major: Number(release[1]), minor: Number(release[2]) };
  // Each major release raises libavutil by one: 56 is ffmpeg 4, 60 is ffmpeg 8. 57.24 came with 5.1.
  const avutil = /^libavutil\s+(\d+)\.\s*(\d+)/m.exec(text);
  if (!avutil) return undefined;
  const major = Number(avutil[1]) - 52;
  return { version, major, minor: major === 5 && Number(avutil[2]) >= 24 ? 1 : 0 };
}

/** Encoder names out of `ffmpeg -encoders`, whose lines look like ` V....D libx264   H.264 / AVC …`. */
export function parseEncoders(text: string): Set<string> {
  return new Set(
    [...text.matchAll(/^ [VAS][A-Z.]{5} (\S+)/gm)]
      .map((match) => match[1] ?? '')
      .filter((name) => name !== '='),
  );
}

async function probe(
  path: string,
  origin: string,
  deps: FfmpegDeps,
): Promise<{ ffmpeg: Ffmpeg } | { failure: string }> {
  const version = await output(path, ['-hide_banner', '-version'], deps);
  if ('failure' in version) return version;
  const parsed = parseVersion(version.text);
  if (!parsed) return { failure: 'it is not an ffmpeg' };
  const encoders = await output(path, ['-hide_banner', '-encoders'], deps);
  if ('failure' in encoders) return encoders;
  return { ffmpeg: { path, origin, ...parsed, encoders: parseEncoders(encoders.text) } };
}

const PROBE_MS = 10_000;
const PROBE_CHARACTERS = 1_000_000;

async function output(
  path: string,
  args: string[],
  { startChild, clock }: FfmpegDeps,
): Promise<{ text: string } | { failure: string }> {
  await using child = startChild(path, args, { outputs: 1 });
  let text = '';
  child.outputs[0]?.setEncoding('utf8').on('data', (part: string) => {
    if (text.length < PROBE_CHARACTERS) text += part;
  });
  const exit = await atMost(clock, PROBE_MS, child.exited);
  if (!exit) return { failure: 'it does not end' };
  if (exit.error) return { failure: reason(exit.error) };
  if (exit.code !== 0)
    return { failure: exit.stderrTail.at(-1) ?? `it ended with ${exit.code ?? exit.signal}` };
  return { text };
}

async function ffmpegForHomebridge(): Promise<string | undefined> {
  const module: { default?: unknown } = await import('ffmpeg-for-homebridge');
  return typeof module.default === 'string' ? module.default : undefined;
}
