/** Live pictures of one camera: one stream for all nodes that show it, opened anew when it breaks. */
import { type BackoffLimits, backoffMs } from './backoff.ts';
import type { ServerNode } from './event-node.ts';
import { LARGEST_PICTURE } from './event-picture.ts';
import type { Fault } from './fault.ts';
import { streamMedia } from './hub-request.ts';
import { type LivePicture, MjpegReader } from './mjpeg-reader.ts';

export interface LiveViewer {
  onPicture(picture: LivePicture): void;
  /** It broke and is tried again. */
  onBroken(fault: Fault): void;
}

const BACKOFF: BackoffLimits = { firstMs: 500, soonMs: 2000, soonForMs: 60_000, maxMs: 10_000 };
/** The hub sends up to 5 pictures a second; without any for so long, the connection is dead. */
const SILENCE_MS = 10_000;

const streams = new WeakMap<ServerNode, Map<string, LiveStream>>();

/** Joins the stream of this path; the first opens it, the last who leaves closes it. */
export function watchLive(hub: ServerNode, path: string, viewer: LiveViewer): () => void {
  const ofHub = streams.get(hub) ?? new Map<string, LiveStream>();
  streams.set(hub, ofHub);
  const stream = ofHub.get(path) ?? new LiveStream(hub, path, () => ofHub.delete(path));
  ofHub.set(path, stream);
  return stream.join(viewer);
}

class LiveStream {
  readonly #hub: ServerNode;
  readonly #path: string;
  readonly #onOver: () => void;
  readonly #viewers = new Set<LiveViewer>();
  readonly #stop = new AbortController();
  #begun = false;
  #retry: NodeJS.Timeout | undefined;
  #attempt = 0;
  /** Of the newest picture, or the beginning; monotonic. */
  #aliveAt = performance.now();

  constructor(hub: ServerNode, path: string, onOver: () => void) {
    this.#hub = hub;
    this.#path = path;
    this.#onOver = onOver;
  }

  join(viewer: LiveViewer): () => void {
    this.#viewers.add(viewer);
    if (!this.#begun) void this.#run();
    this.#begun = true;
    return () => {
      if (!this.#viewers.delete(viewer) || this.#viewers.size > 0) return;
      clearTimeout(this.#retry);
      this.#stop.abort();
      this.#onOver();
    };
  }

  async #run(): Promise<void> {
    const fault = await this.#follow();
    if (this.#stop.signal.aborted) return;
    const absence = { attempt: this.#attempt, awayMs: performance.now() - this.#aliveAt };
    this.#retry = setTimeout(() => void this.#run(), backoffMs(absence, Math.random, BACKOFF));
    this.#attempt += 1;
    for (const viewer of [...this.#viewers]) viewer.onBroken(fault);
  }

  /** Until it ends or breaks. */
  async #follow(): Promise<Fault> {
    const reader = new MjpegReader(LARGEST_PICTURE);
    return streamMedia(this.#hub.deployed, this.#path, {
      signal: this.#stop.signal,
      silenceMs: SILENCE_MS,
      onBytes: (bytes) => {
        for (const picture of reader.push(bytes)) {
          this.#attempt = 0;
          this.#aliveAt = performance.now();
          for (const viewer of [...this.#viewers]) viewer.onPicture(picture);
        }
      },
    });
  }
}
