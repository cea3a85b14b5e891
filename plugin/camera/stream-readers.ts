/** The readers of one camera's streams, as long as the same is to be hidden in them. */
import type { Problem } from '../../protocol/api.ts';
import type { StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import type { SmallFrame, StreamChoice } from './contract.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import type { LoginGate } from './login-gate.ts';
import { MaskTrust } from './mask-trust.ts';
import type { ReaderSink } from './reader.ts';
import type { Mask } from './reader-args.ts';
import { type Hiding, type MaskOptions, StreamMasks } from './stream-masks.ts';
import type { StreamSource } from './stream-source.ts';
import { supervise } from './supervisor.ts';
import type { Reach } from './tcp-reach.ts';
import type { EncoderChoice } from './video-encoder-choice.ts';

export interface CameraStreams extends MaskOptions {
  main: StreamSource;
  /** A small stream; without it the main stream serves both. */
  detect?: StreamSource;
  transport: 'tcp' | 'udp';
}

export interface StreamReadersContext {
  streams: CameraStreams;
  logins: LoginGate;
  /** The number of the next connection. */
  nextGeneration: (stream: StreamChoice) => number;
  /** Where a connection's pictures go; `mayShow` has to be asked of each small one. */
  sink: (stream: StreamChoice, mayShow: (frame: SmallFrame) => boolean) => ReaderSink;
  /** A connection is lost, or could not be made. */
  onDown: (stream: StreamChoice, problem: Problem) => void;
  /** What was seen may hold what should have been hidden. */
  onUnhidden: () => void;
}

export interface StreamReadersDeps {
  ffmpeg: Ffmpeg;
  startChild: StartChild;
  clock: Clock;
  log: Log;
  /** 0 to 1. */
  random: () => number;
  /** Who encodes a picture that has to be masked. */
  encoders: EncoderChoice;
  reach: Reach;
}

/** Reads from the start on. Disposed, it gives nothing any more from that moment, and resolves when every program is gone. */
export class StreamReaders implements AsyncDisposable {
  readonly #context: StreamReadersContext;
  readonly #deps: StreamReadersDeps;
  readonly #stop = new AbortController();
  readonly #trust: MaskTrust;
  readonly #readers: Promise<void>[];

  constructor(context: StreamReadersContext, deps: StreamReadersDeps) {
    const { streams, onUnhidden } = context;
    const { main, detect, masks: polygons = [] } = streams;
    this.#context = context;
    this.#deps = deps;
    this.#trust = new MaskTrust({ polygons, clock: deps.clock, log: deps.log, onLost: onUnhidden });
    this.#readers = [this.#read('main', main, detect === undefined ? 'both' : 'main')];
    if (detect !== undefined) this.#readers.push(this.#read('sub', detect, 'detect'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#readers);
  }

  #read(stream: StreamChoice, source: StreamSource, role: 'main' | 'detect' | 'both'): Promise<void> {
    const { streams, logins, nextGeneration, sink, onDown } = this.#context;
    const { transport } = streams;
    const trust = this.#trust;
    const masks = new StreamMasks(streams, { ...this.#deps, trust });
    return supervise(
      {
        ...{ source, logins, signal: this.#stop.signal },
        stream: { transport, role, audio: role === 'detect' ? 'none' : 'copy' },
        nextGeneration: () => nextGeneration(stream),
        hide: (url: string, signal: AbortSignal) => masks.forConnection({ url, transport, role }, signal),
        encoderFailed: (mask: Mask) => masks.encoderFailed(mask),
        connect: ({ byCamera }: Pick<Hiding, 'byCamera'>) =>
          sink(stream, (frame) => !byCamera || trust.see(frame)),
        onDown: (problem: Problem) => onDown(stream, problem),
      },
      this.#deps,
    );
  }
}
