/** An ffmpeg that turns one track of fragmented MP4 into another: in on stdin, out on stdout. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Fragment, Init } from '../camera/contract.ts';
import { type Header, MediaParser, type Packet } from '../camera/media-parser.ts';
import type { Exit, StartChild } from '../system/child.ts';
import { initForTrack } from './mp4-samples.ts';

export interface ConverterOptions {
  startChild: StartChild;
  /** Path of the ffmpeg program. */
  ffmpeg: string;
  args: readonly string[];
  /** Header of the camera's stream. */
  init: Init;
  /** The track to convert. */
  trackId: number;
  /** First the header, then a packet for each picture or frame of sound. */
  onOutput: (part: Header | Packet) => void;
}

export interface Converter extends AsyncDisposable {
  /** Resolves when there is room for more; at once when the program has ended. */
  write(fragment: Fragment): Promise<void>;
  /** Resolves, never rejects, when the program has ended. */
  readonly exited: Promise<Exit>;
}

/** Starts the program and hands it the header. Disposing it ends the program. */
export function startConverter(options: ConverterOptions): Converter {
  const { startChild, ffmpeg, args, init, trackId, onOutput } = options;
  // Nothing needs a polite ending: no network, no file.
  const child = startChild(ffmpeg, args, { stdin: true, outputs: 1, graceMs: 500 });
  const parser = new MediaParser();
  let ended = false;
  void child.exited.then(() => {
    ended = true;
  });
  child.outputs[0]?.on('data', (chunk: Buffer) => {
    if (ended) return;
    for (const part of parser.push(chunk)) onOutput(part);
  });
  let room: Promise<void> | undefined;
  const drained = async (stdin: Writable) => {
    const waiting = new AbortController();
    const drain = once(stdin, 'drain', { signal: waiting.signal }).catch(() => {});
    await Promise.race([drain, child.exited]);
    waiting.abort();
    room = undefined;
  };
  const write = async (data: Buffer) => {
    const { stdin } = child;
    if (ended || !stdin || stdin.destroyed || stdin.write(data)) return;
    // Not everybody waits: all who write meanwhile wait for the same.
    room ??= drained(stdin);
    await room;
  };
  void write(initForTrack(init.data, trackId));
  return {
    write: (fragment) => write(fragment.data),
    exited: child.exited,
    async [Symbol.asyncDispose]() {
      ended = true;
      await child.stop();
    },
  };
}
