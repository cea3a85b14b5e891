import type { WebSocket } from 'ws';
import type { Clock } from '../system/clock.ts';
import type { Access, Caller } from './access.ts';
import type { HubServices } from './contract.ts';
import type { EventFeed } from './event-feed.ts';

export interface SocketContext {
  hub: HubServices;
  clock: Clock;
  feed: EventFeed;
}

export interface SocketCall {
  socket: WebSocket;
  caller: Caller;
  /** From the path; decoded. */
  id: string;
  query: URLSearchParams;
  /** Aborts when the socket has closed or the hub stops. */
  signal: AbortSignal;
}

/** One WebSocket route as data. */
export interface SocketRoute {
  /** Below `/api/v1`. */
  path: string;
  access: Access;
  summary: string;
  /** Query parameters and what they mean. */
  query: Readonly<Record<string, string>>;
  /** Speaks until the signal aborts. A rejection closes the socket with 1011. */
  speak(context: SocketContext, call: SocketCall): Promise<void>;
}

/** Sends, and waits until it has left for the network when more than `allowed` bytes are still waiting. */
export async function sendPaced(
  socket: WebSocket,
  data: Buffer | string,
  allowed: number,
  signal: AbortSignal,
): Promise<void> {
  const binary = typeof data !== 'string';
  if (socket.bufferedAmount <= allowed) {
    socket.send(data, { binary });
    return;
  }
  await new Promise<void>((resolve) => {
    // The callback also comes, with an error, when the socket closes first.
    socket.send(data, { binary }, () => resolve());
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
