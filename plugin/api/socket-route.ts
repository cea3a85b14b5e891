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
  /** What stands for `:id` in the path; ids and slugs need no escapes. */
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

/** Sends, and waits until it has left for the network when more than `allowed` bytes are still waiting there. */
export async function sendPaced(socket: WebSocket, data: Buffer, allowed: number): Promise<void> {
  if (socket.bufferedAmount > allowed) return sent(socket, data, true);
  socket.send(data, { binary: true });
}

/** Sends, and resolves when it has left for the network, or the socket has closed. */
export function sent(socket: WebSocket, data: Buffer, binary: boolean): Promise<void> {
  return new Promise((resolve) => socket.send(data, { binary }, () => resolve()));
}
