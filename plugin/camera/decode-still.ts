/** Decodes the newest picture out of fragments, with a short-lived ffmpeg. */
import type { StartChild } from '../system/child.ts';
import { atMost, type Clock } from '../system/clock.ts';
import type { Fragment, Init, Still } from './contract.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { JPEG_PARTS, JPEG_RANGE, passEachFrame } from './reader-args.ts';
import { type Picture, StillParser } from './still-parser.ts';

export interface DecodeDeps {
  ffmpeg: Ffmpeg;
  startChild: StartChild;
  clock: Clock;
}

/**
 * Reads our fragments, of which several may hold one picture (`chunks`). Not `-fflags nobuffer`: it would throw the keyframe away that was
 * used for a look at the stream.
 */
export const FROM_STDIN = [
  ...['-hide_banner', '-nostdin', '-loglevel', 'level+error', '-protocol_whitelist', 'pipe'],
  ...['-flags2', '+chunks'],
  ...['-probesize', '32768', '-fpsprobesize', '0', '-analyzeduration', '1', '-f', 'mp4', '-i', 'pipe:0'],
];

const TIMEOUT_MS = 1500;
/** Of the last pictures a few become JPEG, so that one surely does, whatever the order of display. */
const LAST_SECONDS = 0.15;

/**
 * The last picture of fragments that begin with a keyframe; undefined when it cannot be decoded within 1.5 s, or
 * before the signal aborts.
 *
 * @param fragments of the generation of `init`; audio among them is left out
 */
export async function decodeStill(
  init: Init,
  fragments: readonly Fragment[],
  deps: DecodeDeps & { signal: AbortSignal },
): Promise<Still | undefined> {
  const video = init.tracks.find((track) => track.kind === 'video');
  const pictures = fragments.filter((fragment) => fragment.track === video?.id);
  const first = pictures[0];
  const last = pictures.at(-1);
  if (!first || !last) return undefined;
  const from = Math.max(0, last.time - first.time - LAST_SECONDS);
  await using child = deps.startChild(deps.ffmpeg.path, decodeArgs(deps.ffmpeg, from), {
    stdin: true,
    graceMs: 200,
  });
  const parser = new StillParser();
  let newest: Picture | undefined;
  child.outputs[0]?.on('data', (chunk: Buffer) => {
    newest = parser.push(chunk).at(-1) ?? newest;
  });
  for (const data of [init.data, ...pictures.map((fragment) => fragment.data)]) child.stdin?.write(data);
  child.stdin?.end();
  await atMost(deps.clock, TIMEOUT_MS, child.exited, deps.signal);
  return newest && { ...newest, takenAt: last.at, source: 'ring' };
}

function decodeArgs(ffmpeg: Ffmpeg, fromSeconds: number): string[] {
  return [
    ...FROM_STDIN,
    ...['-map', '0:v:0', '-an', '-vf', `select='gte(t-start_t,${fromSeconds.toFixed(3)})',${JPEG_RANGE}`],
    ...[...passEachFrame(ffmpeg), ...JPEG_PARTS, 'pipe:1'],
  ];
}
