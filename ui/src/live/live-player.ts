import type { LiveHello } from '../../../protocol/api.ts';
import { afterClose, liveStep, retryDelay, TARGET, targetAfterStall, wayFor } from './live-decisions.ts';

export type LiveState =
  | 'connecting'
  /** Pictures move. */
  | 'live'
  /** This browser cannot decode the stream; show the hub's still pictures instead. */
  | 'stills'
  /** The camera has no picture; it is asked again from time to time. */
  | 'offline'
  /** The hub refuses for good: not signed in, or no such camera. */
  | 'refused';

export interface LivePlayerOptions {
  url: string;
  video: HTMLVideoElement;
  /** Ends everything. */
  signal: AbortSignal;
  onState(state: LiveState): void;
  /** The moving picture is about to go: the last chance to keep what the video shows. */
  onLastFrame(): void;
}

/** Safari on iPhones has only the managed one; where both exist it saves battery. */
interface MediaSourceWindow {
  ManagedMediaSource?: typeof MediaSource;
  MediaSource?: typeof MediaSource;
}

const STALLED_AFTER = 10_000;
const STEP_EVERY = 250;
/** Bytes that may wait for the decoder: about half a minute of a 4K camera. */
const QUEUE_LIMIT = 32 * 2 ** 20;

/** Plays a camera's fragmented MP4 from a WebSocket into a video element, close to the live edge, for ever, until the signal ends it. */
export function playLive({ url, video, signal, onState, onLastFrame }: LivePlayerOptions): void {
  const { ManagedMediaSource, MediaSource } = window as MediaSourceWindow;
  const Source = ManagedMediaSource ?? MediaSource;
  let attempt = 0;
  let target: number = TARGET.first;

  const connect = () => {
    if (signal.aborted) return;
    onState('connecting');
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    let sink: Sink | undefined;
    let watchdog = setTimeout(() => socket.close(), STALLED_AFTER);
    const hangUp = () => {
      finish();
      socket.close();
    };
    signal.addEventListener('abort', hangUp, { once: true });

    let played = false;
    const moving = () => {
      played = true;
      attempt = 0;
      onState('live');
    };
    const stalled = () => {
      if (played && !video.seeking) target = targetAfterStall(target);
    };
    video.addEventListener('playing', moving);
    video.addEventListener('waiting', stalled);

    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => socket.close(), STALLED_AFTER);
      if (typeof data !== 'string') {
        sink?.add(data);
        return;
      }
      const hello = JSON.parse(data) as LiveHello;
      if (hello.type !== 'init') return;
      // The camera came back as a new stream.
      if (sink) onState('connecting');
      letGo();
      if (!Source || wayFor(hello.mime, Source) === 'stills') {
        onState('stills');
        // The still pictures come over their own connection.
        socket.onclose = null;
        finish();
        socket.close();
        return;
      }
      // Closing the socket tries again, after the usual pause.
      sink = new Sink(new Source(), hello.mime, video, {
        target: () => target,
        onBroken: () => socket.close(),
      });
    };

    const letGo = () => {
      if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) onLastFrame();
      sink?.close();
      sink = undefined;
    };
    const finish = () => {
      clearTimeout(watchdog);
      signal.removeEventListener('abort', hangUp);
      video.removeEventListener('playing', moving);
      video.removeEventListener('waiting', stalled);
      letGo();
    };

    socket.onclose = ({ code }) => {
      if (signal.aborted) return;
      finish();
      const next = afterClose(code);
      if (next === 'sign-in' || next === 'stop') return onState('refused');
      onState(next === 'slowly' ? 'offline' : 'connecting');
      // Too slow a reader keeps more in hand the next time.
      if (next === 'at-once') target = targetAfterStall(target);
      const delay = next === 'slowly' ? retryDelay(4, Math.random()) : retryDelay(attempt, Math.random());
      attempt += 1;
      const timer = setTimeout(connect, next === 'at-once' ? 0 : delay);
      signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    };
  };

  connect();
}

interface SinkCare {
  /** Seconds to stay behind the live edge. */
  target(): number;
  /** Nothing more can be played from this source. Called once at most, and never after `close`. */
  onBroken(): void;
}

/** One connection's media: a source buffer, the queue before it, and the care for the live edge. */
class Sink {
  readonly #video: HTMLVideoElement;
  readonly #source: MediaSource;
  readonly #care: SinkCare;
  /** Aborted when it takes nothing more: broken, or closed. */
  readonly #ended = new AbortController();
  readonly #address: string;
  #buffer: SourceBuffer | undefined;
  #queue: ArrayBuffer[] = [];
  /** Bytes in the queue. */
  #queued = 0;
  #nextStep = 0;
  #closed = false;

  constructor(source: MediaSource, mime: string, video: HTMLVideoElement, care: SinkCare) {
    this.#video = video;
    this.#source = source;
    this.#care = care;
    this.#address = URL.createObjectURL(source);
    // Without this a ManagedMediaSource never opens.
    video.disableRemotePlayback = true;
    video.src = this.#address;
    const { signal } = this.#ended;
    const broken = () => this.#broken();
    video.addEventListener('error', broken, { signal });
    source.addEventListener('sourceended', broken, { signal });
    source.addEventListener('sourceclose', broken, { signal });
    source.addEventListener('sourceopen', () => this.#open(mime), { once: true, signal });
  }

  add(data: ArrayBuffer): void {
    if (this.#ended.signal.aborted) return;
    this.#queue.push(data);
    this.#queued += data.byteLength;
    // A decoder so far behind has stopped; leaving out a part would break the rest.
    if (this.#queued > QUEUE_LIMIT) this.#broken();
    else this.#pump();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#end();
    URL.revokeObjectURL(this.#address);
    if (this.#video.src === this.#address) {
      this.#video.removeAttribute('src');
      this.#video.load();
    }
  }

  #open(mime: string): void {
    try {
      this.#buffer = this.#source.addSourceBuffer(mime);
      this.#buffer.mode = 'segments';
    } catch {
      this.#broken();
      return;
    }
    const { signal } = this.#ended;
    this.#buffer.addEventListener('error', () => this.#broken(), { signal });
    this.#buffer.addEventListener('updateend', () => this.#pump(), { signal });
    this.#pump();
  }

  /** Takes nothing more; what the video shows stays until `close`. */
  #end(): void {
    this.#ended.abort();
    this.#queue = [];
    this.#queued = 0;
  }

  #broken(): void {
    if (this.#ended.signal.aborted) return;
    this.#end();
    this.#care.onBroken();
  }

  #pump(): void {
    const buffer = this.#buffer;
    if (!buffer || buffer.updating || this.#ended.signal.aborted || this.#source.readyState !== 'open')
      return;
    try {
      if (this.#follow(buffer)) return;
      this.#append(buffer);
    } catch {
      this.#broken();
    }
  }

  #append(buffer: SourceBuffer): void {
    const data = this.#takeAll();
    if (!data) return;
    try {
      buffer.appendBuffer(data);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'QuotaExceededError') throw error;
      // Full: keep the newest second and carry on from there.
      buffer.remove(0, Math.max(0.1, this.#video.currentTime - 1));
    }
  }

  /** All that waits, in one append: fewer round trips to the decoder's process. */
  #takeAll(): ArrayBuffer | undefined {
    const [first, ...rest] = this.#queue;
    this.#queue = [];
    this.#queued = 0;
    if (!first || rest.length === 0) return first;
    const joined = new Uint8Array([first, ...rest].reduce((sum, part) => sum + part.byteLength, 0));
    let at = 0;
    for (const part of [first, ...rest]) {
      joined.set(new Uint8Array(part), at);
      at += part.byteLength;
    }
    return joined.buffer;
  }

  /** Stays at the live edge; true when it started to trim, so that the buffer is busy. */
  #follow(buffer: SourceBuffer): boolean {
    const { buffered } = buffer;
    const last = buffered.length - 1;
    if (last < 0 || performance.now() < this.#nextStep) return false;
    this.#nextStep = performance.now() + STEP_EVERY;
    const video = this.#video;
    const step = liveStep({
      currentTime: video.currentTime,
      bufferedStart: buffered.start(last),
      bufferedEnd: buffered.end(last),
      target: this.#care.target(),
    });
    if (step.seekTo !== undefined) video.currentTime = step.seekTo;
    if (video.playbackRate !== step.playbackRate) video.playbackRate = step.playbackRate;
    // Refused only where a page may not start even silent video; then the poster stays and a tap starts it.
    if (video.paused) video.play().catch(() => undefined);
    if (step.trimBefore === undefined) return false;
    buffer.remove(0, step.trimBefore);
    return true;
  }
}
