import type { Writable } from 'node:stream';
import { Duplex } from 'node:stream';
import type { Exit, StartChild } from '../plugin/system/child.ts';
import type { Clock } from '../plugin/system/clock.ts';
import { type EncoderOptions, encoderArgs } from './encoder-args.ts';
import { createPacer } from './pacer.ts';
import { SAMPLE_RATE, type Sound } from './sound.ts';

export interface SourceOptions extends EncoderOptions {
  ffmpeg: string;
}

export interface SourceDeps {
  startChild: StartChild;
  clock: Clock;
  /** The picture of this moment, yuv420p. The buffer may be used again once it is written. */
  paint: () => Buffer;
  sound: Sound;
}

/** A camera's encoder: paints and sounds in step with the clock, and publishes main and sub stream. */
export interface Source extends AsyncDisposable {
  /** Resolves, never rejects, when the encoder has ended. */
  readonly exited: Promise<Exit>;
}

/** While the encoder lags, pictures are repeated to keep the times right, so many at most in one go. */
const MAX_REPEATS = 3;

export function startSource(options: SourceOptions, { startChild, clock, paint, sound }: SourceDeps): Source {
  const withSound = options.audio !== 'none';
  const child = startChild(options.ffmpeg, encoderArgs(options), {
    stdin: options.clip === undefined,
    outputs: withSound ? 2 : 1,
  });
  const stopped = new AbortController();
  const start = clock.monotonic();
  if (child.stdin) feedPictures(child.stdin);
  // Node's extra pipes are sockets: they can be written as well as read.
  const soundPipe = child.outputs[1];
  if (withSound && soundPipe instanceof Duplex) feedSound(soundPipe);
  void child.exited.then(() => stopped.abort());

  function every(ms: number, act: () => void): void {
    let cancel = () => {};
    const next = () => {
      act();
      cancel = clock.after(ms, next);
    };
    next();
    stopped.signal.addEventListener('abort', () => cancel(), { once: true });
  }

  function feedPictures(pipe: Writable): void {
    const pictures = createPacer(options.fps, start);
    let writing = false;
    every(500 / options.fps, () => {
      const due = Math.min(MAX_REPEATS, pictures.due(clock.monotonic()));
      if (due === 0 || writing) return;
      writing = true;
      pictures.take(due);
      const picture = paint();
      for (let repeat = 1; repeat < due; repeat += 1) pipe.write(picture);
      pipe.write(picture, () => {
        writing = false;
      });
    });
  }

  function feedSound(pipe: Writable): void {
    pipe.on('error', () => {});
    const samples = createPacer(SAMPLE_RATE, start);
    every(40, () => {
      // A full pipe means that the encoder lags; the samples stay due.
      const due = pipe.writableNeedDrain ? 0 : Math.min(SAMPLE_RATE, samples.due(clock.monotonic()));
      samples.take(due);
      if (due > 0) pipe.write(sound.next(due));
    });
  }

  return {
    exited: child.exited,
    [Symbol.asyncDispose]: async () => {
      stopped.abort();
      await child.stop();
    },
  };
}
