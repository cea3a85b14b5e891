/** One ffmpeg that reads one stream of a camera, once: from connecting to the end of the connection. */
import type { Child, StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { MediaItem, SmallFrame } from './contract.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { type AssemblerOptions, MediaAssembler } from './media-assembler.ts';
import { PICTURE_CHANGED } from './media-parser.ts';
import { type OutputKind, PATIENT_LOOK, readerArgs, type StreamPlan } from './reader-args.ts';
import { lineWithoutSecrets, type ReaderEnd } from './reader-problem.ts';
import { SmallParser } from './small-parser.ts';
import { type Picture, StillParser } from './still-parser.ts';
import { TimeGuard } from './time-guard.ts';

export interface ReaderSink {
  media(item: MediaItem): void;
  still(picture: Picture & { at: number }): void;
  small(frame: SmallFrame): void;
}

export interface ReaderDeps {
  ffmpeg: Ffmpeg;
  startChild: StartChild;
  clock: Clock;
  log: Log;
}

/** Connecting takes a while; so may the first picture of a camera with masks, which starts with a keyframe. */
const FIRST_OUTPUT_SECONDS = 15;
const STALL_SECONDS = 6;
/** When a camera sets its clock, its sound may leap before its picture does. */
const SOUND_APART_SECONDS = 10;

export interface ReadOptions {
  /** The number of this connection, and of the same one with sound when that comes late. */
  nextGeneration: () => number;
  sink: ReaderSink;
  signal: AbortSignal;
}

/**
 * Reads until the stream ends, stalls or breaks, or the signal aborts; then ffmpeg is gone.
 *
 * @returns why it ended; undefined when the signal aborted
 */
export async function read(
  plan: StreamPlan,
  { nextGeneration, sink, signal }: ReadOptions,
  deps: ReaderDeps,
): Promise<ReaderEnd | undefined> {
  if (signal.aborted) return undefined;
  const { clock } = deps;
  const { args, outputs } = readerArgs(deps.ffmpeg, plan);
  const ended = Promise.withResolvers<ReaderEnd | undefined>();
  const watchdog = new Watchdog(clock, FIRST_OUTPUT_SECONDS + (plan.patient ? PATIENT_LOOK : 0), (seconds) =>
    ended.resolve({ kind: 'stall', seconds }),
  );
  const abort = () => ended.resolve(undefined);
  signal.addEventListener('abort', abort, { once: true });
  await using child: Child = deps.startChild(deps.ffmpeg.path, args, {
    outputs: outputs.length,
    onLine: (line) => deps.log.debug(lineWithoutSecrets(line, plan.url)),
  });
  let over = false;
  const parsers = parsersFor({
    generation: nextGeneration(),
    nextGeneration,
    audio: outputs.includes('audio'),
    clock,
    sink: watched(sink, { signal, clock, watchdog, onTimesLost: () => ended.resolve({ kind: 'times' }) }),
  });
  for (const [index, pipe] of child.outputs.entries()) {
    const kind = outputs[index];
    if (!kind) continue;
    pipe.on('data', (chunk: Buffer) => {
      if (over) return;
      const broken = parsers[kind](chunk);
      if (broken === PICTURE_CHANGED) ended.resolve({ kind: 'changed' });
      else if (broken !== undefined) ended.resolve({ kind: 'broken', why: broken, sound: kind === 'audio' });
    });
  }
  void child.exited.then((exit) => ended.resolve({ kind: 'exit', exit }));
  const end = await ended.promise;
  over = true;
  watchdog.stop();
  signal.removeEventListener('abort', abort);
  return end;
}

/**
 * What counts as life is a picture: neither the header, which comes before the first keyframe, nor sound. Once the signal has aborted
 * nothing is given any more, also of bytes that came together.
 */
function watched(
  sink: ReaderSink,
  {
    signal,
    clock,
    watchdog,
    onTimesLost,
  }: { signal: AbortSignal; clock: Clock; watchdog: Watchdog; onTimesLost: () => void },
): ReaderSink {
  let video: number | undefined;
  /** Time of the last picture. */
  let seen: number | undefined;
  const guard = new TimeGuard();
  return {
    media: (item) => {
      if (signal.aborted) return;
      if (item.type === 'init') video = item.tracks.find(({ kind }) => kind === 'video')?.id;
      else if (item.track === video) {
        watchdog.alive();
        if (guard.push(item.time, clock.monotonic() / 1000)) return onTimesLost();
        seen = item.time;
      } else if (seen !== undefined && Math.abs(item.time - seen) > SOUND_APART_SECONDS) return;
      sink.media(item);
    },
    still: (picture) => {
      if (signal.aborted) return;
      watchdog.alive();
      sink.still(picture);
    },
    small: (frame) => {
      if (signal.aborted) return;
      watchdog.alive();
      sink.small(frame);
    },
  };
}

type Feed = (chunk: Buffer) => string | undefined;

/** For each output, what takes its bytes and says when they make no sense any more. */
function parsersFor(options: AssemblerOptions & { sink: ReaderSink }): Record<OutputKind, Feed> {
  const { clock, sink } = options;
  const media = new MediaAssembler(options);
  const stills = new StillParser();
  const small = new SmallParser();
  return {
    video: (chunk) => {
      for (const item of media.pushVideo(chunk)) sink.media(item);
      return media.videoBroken;
    },
    audio: (chunk) => {
      for (const item of media.pushAudio(chunk)) sink.media(item);
      return media.audioBroken;
    },
    stills: (chunk) => {
      for (const picture of stills.push(chunk)) sink.still({ ...picture, at: clock.now() });
      return stills.broken;
    },
    small: (chunk) => {
      for (const frame of small.push(chunk)) sink.small({ ...frame, at: clock.now() });
      return small.broken;
    },
  };
}

/** Calls back when nothing has come for too long. Looks once a second instead of setting a timer with each chunk. */
class Watchdog {
  readonly #clock: Clock;
  readonly #onStall: (seconds: number) => void;
  #last: number;
  #limit: number;
  #cancel: () => void = () => {};

  constructor(clock: Clock, firstSeconds: number, onStall: (seconds: number) => void) {
    this.#clock = clock;
    this.#limit = firstSeconds;
    this.#onStall = onStall;
    this.#last = clock.monotonic();
    this.#look();
  }

  alive(): void {
    this.#last = this.#clock.monotonic();
    this.#limit = STALL_SECONDS;
  }

  stop(): void {
    this.#cancel();
  }

  #look(): void {
    if (this.#clock.monotonic() - this.#last >= this.#limit * 1000) this.#onStall(this.#limit);
    else this.#cancel = this.#clock.after(1000, () => this.#look());
  }
}
