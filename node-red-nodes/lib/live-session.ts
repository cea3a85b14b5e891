/** One node's live pictures, from its start message to its end. */
import type { ServerNode } from './event-node.ts';
import { type Fault, needsEdit } from './fault.ts';
import { LivePace } from './live-pace.ts';
import { watchLive } from './live-stream.ts';
import type { LivePicture } from './mjpeg-reader.ts';

export interface LiveOptions {
  hub: ServerNode;
  /** At the hub; who watches the same shares its stream. */
  path: string;
  fps: number;
  send(picture: LivePicture): void;
  /** Each second, and when something changes. */
  onShown(shown: LiveShown): void;
  /** It is over: time is up, or the hub will not give pictures. Not called after `stop`. */
  onEnd(fault?: Fault): void;
}

/** For the badge. */
export interface LiveShown {
  /** Whether pictures come. */
  flows: boolean;
  /** Pictures a second. */
  fps: number;
  leftMs: number;
}

const TICK_MS = 1000;

export class LiveSession {
  /** Resolves with the first picture, or when one has to be waited for; rejects never, `fault` tells. */
  readonly begun: Promise<Fault | undefined>;
  readonly #options: LiveOptions;
  readonly #pace: LivePace<LivePicture>;
  readonly #leave: () => void;
  readonly #ticks: NodeJS.Timeout;
  readonly #begin: (fault?: Fault) => void;
  #endsAt: number;
  #flows = false;
  #pictures = 0;

  constructor(options: LiveOptions, lengthMs: number) {
    this.#options = options;
    this.#endsAt = performance.now() + lengthMs;
    this.#pace = new LivePace(options.fps, (picture) => options.send(picture));
    const { promise, resolve } = Promise.withResolvers<Fault | undefined>();
    this.begun = promise;
    this.#begin = resolve;
    this.#ticks = setInterval(() => this.#tick(), TICK_MS);
    this.#leave = watchLive(options.hub, options.path, {
      onPicture: (picture) => this.#take(picture),
      onBroken: (fault) => this.#broken(fault),
    });
  }

  /** It goes on for so long from now. */
  extend(lengthMs: number): void {
    this.#endsAt = performance.now() + lengthMs;
    this.#show();
  }

  stop(): void {
    clearInterval(this.#ticks);
    this.#pace.stop();
    this.#leave();
    this.#begin();
  }

  #take(picture: LivePicture): void {
    this.#pictures += 1;
    this.#pace.offer(picture);
    this.#begin();
    if (this.#flows) return;
    this.#flows = true;
    this.#show();
  }

  #broken(fault: Fault): void {
    this.#flows = false;
    const first = this.#pictures === 0;
    // A camera that is offline comes back; a hub that was never there is a mistake somewhere.
    if (needsEdit(fault) || fault.code === 'no-camera-there' || (first && fault.code !== 'not-now')) {
      this.#begin(fault);
      this.#end(fault);
    } else {
      this.#begin();
      this.#show();
    }
  }

  #tick(): void {
    if (performance.now() >= this.#endsAt) this.#end();
    else this.#show();
  }

  #show(): void {
    const leftMs = Math.max(0, this.#endsAt - performance.now());
    this.#options.onShown({ flows: this.#flows, fps: this.#pace.fps, leftMs });
  }

  #end(fault?: Fault): void {
    this.stop();
    this.#options.onEnd(fault);
  }
}
