import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { API_PREFIX, CLOSE } from '../../protocol/api.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import { type Caller, decideAccess } from './access.ts';
import type { Auth } from './auth.ts';
import { eventsSocket } from './events-socket.ts';
import type { Gate } from './gate.ts';
import { liveSocket } from './live-socket.ts';
import { notFound } from './problems.ts';
import { refuseRaw } from './raw-refusal.ts';
import type { SocketContext, SocketRoute } from './socket-route.ts';

/** Every WebSocket route below `/api/v1`. */
export const socketRoutes: readonly SocketRoute[] = [eventsSocket, liveSocket];

const PING_MS = 15_000;

/** Clients have nothing to tell; what they send is ignored, and more than this ends the connection. */
const MOST_RECEIVED = 4096;

/** How long a close frame may take before the connection is cut. */
const GOODBYE_MS = 200;

interface Connection {
  caller: Caller;
  /** False from a ping until its pong. */
  answered: boolean;
}

export interface SocketOptions {
  server: Server;
  gate: Gate;
  auth: Auth;
  context: SocketContext;
  log: Log;
}

/**
 * Takes the WebSocket upgrades of an HTTP server. A wrong `Host` or `Origin` is refused as HTTP; a missing right closes the new
 * socket with a code of {@link CLOSE}, for that is all a browser can read. Disposing it ends all sockets.
 */
export function acceptSockets({ server, gate, auth, context, log }: SocketOptions): AsyncDisposable {
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MOST_RECEIVED });
  const connections = new Map<WebSocket, Connection>();
  /** Node's HTTP server lets go of an upgraded connection, so its own close ends none of these. */
  const upgraded = new Set<Duplex>();

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    upgraded.add(stream);
    stream.once('close', () => upgraded.delete(stream));
    // Until `ws` takes over, a reset connection has nobody else to hear of it.
    const ignore = () => {};
    stream.on('error', ignore);
    try {
      const caller = gate(request, true);
      const url = URL.parse(request.url ?? '/', 'http://hub');
      const match = url && matchRoute(url.pathname);
      if (!match) throw notFound('There is no WebSocket here.', 'See docs/api.md for those there are.');
      wss.handleUpgrade(request, stream, head, (socket) => {
        stream.off('error', ignore);
        open(socket, match, url.searchParams, caller);
      });
    } catch (error) {
      refuseRaw(stream, error);
    }
  };

  const open = (socket: WebSocket, match: Match, query: URLSearchParams, caller: Caller | undefined) => {
    // A malformed frame closes the socket by itself.
    socket.on('error', () => {});
    const decision = decideAccess(match.route.access, caller);
    if (!caller || decision !== 'ok') {
      socket.close(decision === 'forbidden' ? CLOSE.forbidden : CLOSE.unauthorized, decision);
      return;
    }
    const closed = new AbortController();
    const connection = { caller, answered: true };
    connections.set(socket, connection);
    socket.on('pong', () => {
      connection.answered = true;
    });
    socket.once('close', () => {
      connections.delete(socket);
      closed.abort();
    });
    match.route
      .speak(context, { socket, caller, id: match.id, query, signal: closed.signal })
      .catch((error: unknown) => {
        log.error(`A connection to ${match.route.path} ended early: ${reason(error)}`);
        socket.close(1011, 'internal error');
      });
  };

  const dropWhoLostAccess = () => {
    for (const [socket, { caller }] of connections) {
      if (!auth.stillValid(caller)) socket.close(CLOSE.unauthorized, 'unauthorized');
    }
  };

  let cancelPing = () => {};
  const ping = () => {
    cancelPing = context.clock.after(PING_MS, ping);
    dropWhoLostAccess();
    for (const [socket, connection] of connections) {
      if (!connection.answered) socket.terminate();
      connection.answered = false;
      if (socket.readyState === socket.OPEN) socket.ping();
    }
  };

  server.on('upgrade', onUpgrade);
  cancelPing = context.clock.after(PING_MS, ping);
  const unlisten = auth.onChange(dropWhoLostAccess);
  return {
    async [Symbol.asyncDispose]() {
      server.off('upgrade', onUpgrade);
      cancelPing();
      unlisten();
      const all = [...wss.clients];
      const gone = all.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      for (const socket of all) socket.close(1001, 'the hub stops');
      const cut = setTimeout(() => {
        for (const socket of all) socket.terminate();
      }, GOODBYE_MS);
      await Promise.all(gone);
      clearTimeout(cut);
      for (const stream of upgraded) stream.destroy();
    },
  };
}

interface Match {
  route: SocketRoute;
  id: string;
}

/** The route of a path, with what stands for `:id` in it. */
function matchRoute(pathname: string): Match | undefined {
  for (const route of socketRoutes) {
    const [before = '', after] = `${API_PREFIX}${route.path}`.split(':id');
    if (after === undefined) {
      if (pathname === before) return { route, id: '' };
    } else if (pathname.startsWith(before) && pathname.endsWith(after)) {
      const id = pathname.slice(before.length, -after.length);
      if (id && !id.includes('/')) return { route, id };
    }
  }
  return undefined;
}
