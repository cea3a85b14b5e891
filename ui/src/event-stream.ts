import type { EventFrame } from '../../protocol/api.ts';
import { afterClose, retryDelay } from './live/live-decisions.ts';

export interface EventStreamOptions {
  /** Address for the next connection, with the cursor to resume from. */
  url(): string;
  onFrame(frame: EventFrame): void;
  /** The connection broke; another attempt follows by itself. */
  onLost(): void;
  /** The hub refuses: the session is over. */
  onRefused(): void;
  signal: AbortSignal;
}

/** Listens to the hub's events for ever, reconnecting with back-off, until the signal ends it. */
export function listenToEvents({ url, onFrame, onLost, onRefused, signal }: EventStreamOptions): void {
  let attempt = 0;

  const connect = () => {
    if (signal.aborted) return;
    const socket = new WebSocket(url());
    const hangUp = () => socket.close();
    signal.addEventListener('abort', hangUp, { once: true });
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      attempt = 0;
      onFrame(JSON.parse(data) as EventFrame);
    };
    socket.onclose = ({ code }) => {
      signal.removeEventListener('abort', hangUp);
      if (signal.aborted) return;
      if (afterClose(code) === 'sign-in') return onRefused();
      onLost();
      const timer = setTimeout(connect, retryDelay(attempt, Math.random()));
      attempt += 1;
      signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    };
  };

  connect();
}
