/**
 * Turns keyframes of the main stream into JPEG pictures as they come, with an ffmpeg that stays, so that a full-size snapshot
 * needs no program start. The reader itself does not decode: with `-skip_frame nokey` ffmpeg guesses wrong decode times for
 * the copied stream, and to decode every frame would cost ten times as much.
 */
import type { Child } from '../system/child.ts';
import type { Fragment, Init, MediaItem } from './contract.ts';
import { type DecodeDeps, FROM_STDIN } from './decode-still.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { samePicture } from './keyframe-policy.ts';
import { JPEG_PARTS, JPEG_RANGE, passEachFrame, STILL_GAP } from './reader-args.ts';
import { type Picture, StillParser } from './still-parser.ts';

/** After the decoder ended by itself, it is not started again sooner than this. */
const RESTART_MS = 10_000;
/** A damaged keyframe gives no picture; its arrival must not date all pictures after it. */
const MOST_DECODING = 3;

export class KeyframeDecoder implements AsyncDisposable {
  readonly #deps: DecodeDeps;
  readonly #onPicture: (picture: Picture & { at: number }) => void;
  #init: Init | undefined;
  #child: Child | undefined;
  #startedAt = Number.NEGATIVE_INFINITY;
  #lastAt = Number.NEGATIVE_INFINITY;
  /** The last packet that was written, while further ones may belong to its picture. */
  #written: Fragment | undefined;
  /** Arrival of the keyframes that are being decoded. */
  #arrivals: number[] = [];
  #stopping: Promise<void> = Promise.resolve();

  constructor(deps: DecodeDeps, onPicture: (picture: Picture & { at: number }) => void) {
    this.#deps = deps;
    this.#onPicture = onPicture;
  }

  push(item: MediaItem): void {
    if (item.type === 'init') this.#begin(item);
    else if (item.keyframe) this.#decode(item);
    else if (item.track === this.#written?.track) this.#complete(item, this.#written);
  }

  /** Gives no picture of what came until now. */
  forget(): void {
    this.#init = undefined;
    this.#written = undefined;
    this.#end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.forget();
    await this.#stopping;
  }

  #begin(init: Init): void {
    this.#end();
    this.#written = undefined;
    this.#init = init;
    this.#startedAt = Number.NEGATIVE_INFINITY;
    this.#lastAt = Number.NEGATIVE_INFINITY;
  }

  #decode(keyframe: Fragment): void {
    this.#written = undefined;
    const now = this.#deps.clock.monotonic();
    if (!this.#init || now - this.#lastAt < STILL_GAP * 1000) return;
    if (!this.#child && now - this.#startedAt >= RESTART_MS) this.#start(this.#init, now);
    const stdin = this.#child?.stdin;
    // One that has not read the last keyframe yet gets none on top.
    if (!stdin?.writable || stdin.writableNeedDrain) return;
    this.#lastAt = now;
    this.#written = keyframe;
    this.#arrivals.push(keyframe.at);
    if (this.#arrivals.length > MOST_DECODING) this.#arrivals.shift();
    stdin.write(keyframe.data);
  }

  /** The rest of a keyframe that comes in several packets; without it half of the picture would be gray. */
  #complete(packet: Fragment, before: Fragment): void {
    this.#written = samePicture(packet.time, before.time) ? packet : undefined;
    if (this.#written) this.#child?.stdin?.write(packet.data);
  }

  #start(init: Init, now: number): void {
    const { ffmpeg, startChild } = this.#deps;
    const child = startChild(ffmpeg.path, keyframeArgs(ffmpeg), { stdin: true, graceMs: 500 });
    const parser = new StillParser();
    this.#child = child;
    this.#startedAt = now;
    this.#arrivals = [];
    child.outputs[0]?.on('data', (chunk: Buffer) => {
      if (this.#child !== child) return;
      for (const picture of parser.push(chunk)) {
        const at = this.#arrivals.shift() ?? this.#deps.clock.now();
        this.#onPicture({ ...picture, at });
      }
    });
    void child.exited.then(() => {
      if (this.#child === child) this.#child = undefined;
    });
    child.stdin?.write(init.data);
  }

  #end(): void {
    const child = this.#child;
    this.#child = undefined;
    if (child) this.#stopping = Promise.all([this.#stopping, child.stop()]).then(() => {});
  }
}

function keyframeArgs(ffmpeg: Ffmpeg): string[] {
  return [
    // Keyframes depend on nothing, so none of them has to wait for another.
    ...['-threads', '1', '-flags', 'low_delay'],
    ...FROM_STDIN,
    ...['-map', '0:v:0', '-an', '-vf', JPEG_RANGE, ...passEachFrame(ffmpeg), ...JPEG_PARTS, 'pipe:1'],
  ];
}
