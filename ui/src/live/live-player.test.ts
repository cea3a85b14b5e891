import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { playLive } from './live-player.ts';

class FakeSocket {
  static opened: FakeSocket[] = [];
  binaryType = '';
  closed = false;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor() {
    FakeSocket.opened.push(this);
  }
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.onclose?.({ code: 1005 });
  }
}

class FakeBuffer extends EventTarget {
  updating = false;
  buffered = { length: 0 };
  appended = 0;
  appendBuffer(): void {
    this.appended += 1;
  }
}

class FakeSource extends EventTarget {
  static last: FakeSource;
  static refuses = false;
  static isTypeSupported = () => true;
  readyState = 'closed';
  buffer = new FakeBuffer();
  constructor() {
    super();
    FakeSource.last = this;
  }
  addSourceBuffer(): FakeBuffer {
    if (FakeSource.refuses) throw new DOMException('no more decoders', 'QuotaExceededError');
    return this.buffer;
  }
  open(): void {
    this.readyState = 'open';
    this.dispatchEvent(new Event('sourceopen'));
  }
}

class FakeVideo extends EventTarget {
  readyState = 0;
  src = '';
  removeAttribute(): void {
    this.src = '';
  }
  load(): void {}
}

let end: AbortController;
beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.opened = [];
  FakeSource.refuses = false;
  vi.stubGlobal('window', { MediaSource: FakeSource });
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('HTMLMediaElement', { HAVE_CURRENT_DATA: 2 });
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:live');
  vi.spyOn(URL, 'revokeObjectURL').mockReturnValue();
  end = new AbortController();
});
afterEach(() => {
  end.abort();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A player that was told what comes, and its socket. */
function play() {
  const video = new FakeVideo();
  const states: string[] = [];
  playLive({
    url: 'ws://hub/live',
    video: video as unknown as HTMLVideoElement,
    signal: end.signal,
    onState: (state) => states.push(state),
    onLastFrame: () => {},
  });
  const [socket] = FakeSocket.opened;
  if (!socket) throw new Error('no socket was opened');
  const send = (data: unknown) => socket.onmessage?.({ data });
  send(JSON.stringify({ type: 'init', mime: 'video/mp4; codecs="avc1.64001f"' }));
  return { video, states, socket, send };
}

type Playing = ReturnType<typeof play>;

it.each<[string, (playing: Playing) => void]>([
  ['the video fails', ({ video }) => video.dispatchEvent(new Event('error'))],
  ['the source ends', () => FakeSource.last.dispatchEvent(new Event('sourceended'))],
  ['the source is closed', () => FakeSource.last.dispatchEvent(new Event('sourceclose'))],
  ['an append fails', () => FakeSource.last.buffer.dispatchEvent(new Event('error'))],
  [
    'an append is refused',
    ({ send }) => {
      FakeSource.last.buffer.appendBuffer = () => {
        throw new DOMException('removed', 'InvalidStateError');
      };
      send(new ArrayBuffer(8));
    },
  ],
  [
    'the decoder takes nothing more',
    ({ send }) => {
      FakeSource.last.buffer.updating = true;
      for (let mib = 0; mib < 33; mib++) send(new ArrayBuffer(2 ** 20));
    },
  ],
])('connects anew when %s', (_, happens) => {
  const playing = play();
  FakeSource.last.open();
  playing.video.dispatchEvent(new Event('playing'));
  expect(playing.states.at(-1)).toBe('live');
  happens(playing);
  expect(playing.socket.closed).toBe(true);
  expect(playing.states.at(-1)).toBe('connecting');
  vi.advanceTimersByTime(60_000);
  expect(FakeSocket.opened.length).toBeGreaterThan(1);
});

it('connects anew when the browser refuses a decoder', () => {
  FakeSource.refuses = true;
  const { socket } = play();
  FakeSource.last.open();
  expect(socket.closed).toBe(true);
});

it('keeps a connection whose pictures are taken', () => {
  const { socket, send } = play();
  FakeSource.last.open();
  for (let mib = 0; mib < 33; mib++) send(new ArrayBuffer(2 ** 20));
  expect(FakeSource.last.buffer.appended).toBe(33);
  expect(socket.closed).toBe(false);
});
