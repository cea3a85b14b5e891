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
      sink = new Sink(new Source(), hello.mime, video, () => target);
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

/** One connection's media: a source buffer, the queue before it, and the care for the live edge. */
class Sink {
  readonly #video: HTMLVideoElement;
  readonly #source: MediaSource;
  readonly #target: () => number;
  readonly #address: string;
  #buffer: SourceBuffer | undefined;
  #queue: ArrayBuffer[] = [];
  #nextStep = 0;
  #closed = false;

  constructor(source: MediaSource, mime: string, video: HTMLVideoElement, target: () => number) {
    this.#video = video;
    this.#source = source;
    this.#target = target;
    this.#address = URL.createObjectURL(source);
    // Without this a ManagedMediaSource never opens.
    video.disableRemotePlayback = true;
    video.src = this.#address;
    source.addEventListener(
      'sourceopen',
      () => {
        if (this.#closed) return;
        this.#buffer = source.addSourceBuffer(mime);
        this.#buffer.mode = 'segments';
        this.#buffer.addEventListener('updateend', () => this.#pump());
        this.#pump();
      },
      { once: true },
    );
  }

  add(data: ArrayBuffer): void {
    this.#queue.push(data);
    this.#pump();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue = [];
    URL.revokeObjectURL(this.#address);
    if (this.#video.src === this.#address) {
      this.#video.removeAttribute('src');
      this.#video.load();
    }
  }

  #pump(): void {
    const buffer = this.#buffer;
    if (!buffer || buffer.updating || this.#closed || this.#source.readyState !== 'open') return;
    if (this.#follow(buffer)) return;
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
      target: this.#target(),
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
