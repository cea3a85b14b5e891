import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type Clock, systemClock } from '../plugin/system/clock.ts';
import { Backchannel, type BackchannelKind, type Heard } from './backchannel.ts';
import type { Credentials } from './digest-auth.ts';
import type { LiveStream } from './live-stream.ts';
import { servePublisher } from './rtsp-publisher.ts';
import {
  type Behaviour,
  serveViewer,
  type Viewer,
  type ViewerContext,
  type ViewerSession,
} from './rtsp-viewer.ts';
import type { KeyAndCertificate } from './self-signed.ts';
import type { Transport } from './transport.ts';
import { openUdpPair } from './udp-pair.ts';

export interface RtspServerOptions {
  /** Address that viewers reach. Default 127.0.0.1. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  credentials?: Credentials;
  /** The only transport that viewers can have; they get 461 for another. Default: both. */
  transport?: Transport['kind'];
  /** Viewers have to speak TLS from the first byte on (`rtsps`). */
  tls?: KeyAndCertificate;
  /** How long a viewer may be silent, in ms. Default 60,000. */
  sessionTimeoutMs?: number;
  /** Codec in which it can be talked to. Default `none`: it refuses the header that asks for it. */
  backchannel?: BackchannelKind;
  /** How much a viewer over TCP may leave unread, in bytes, before it is dropped. Default 4 MiB. */
  maxBacklog?: number;
  clock?: Clock;
  onViewer?: (happening: ViewerHappening) => void;
}

export type ViewerHappening =
  | { what: 'viewer-joined' | 'viewer-left'; session: ViewerSession; why?: string }
  | { what: 'viewer-refused'; remote: string };

/**
 * An RTSP 1.0 server with one source and many viewers a stream. Sources publish on a port of its own, which is open on the
 * loopback address alone and accepts nothing but URLs with an unguessable path.
 */
export interface RtspServer extends AsyncDisposable {
  readonly port: number;
  /** Where a program on this machine publishes a stream by ANNOUNCE over TCP. */
  publishUrl(stream: string): string;
  /** Resolves when the stream is being published and its first packet has come. */
  ready(stream: string, signal?: AbortSignal): Promise<void>;
  readonly streams: ReadonlyMap<string, LiveStream>;
  sessions(): ViewerSession[];
  /** What was said to it; undefined when it cannot hear. */
  heard(): Heard | undefined;
  behave(change: Partial<Behaviour>): void;
  /** Closes every viewer's connection. */
  dropViewers(): void;
  /** Stops or resumes accepting viewers; who is connected stays. */
  accept(open: boolean): Promise<void>;
}

export async function startRtspServer(options: RtspServerOptions = {}): Promise<RtspServer> {
  const { host = '127.0.0.1', sessionTimeoutMs = 60_000, maxBacklog = 4 * 1024 * 1024 } = options;
  const { clock = systemClock, onViewer } = options;
  const key = randomBytes(16).toString('hex');
  const behaviour: Behaviour = { stalled: false, rejectAll: false, clockSkewMs: 0 };
  const streams = new Map<string, LiveStream>();
  const viewers = new Set<Viewer>();
  const publishers = new Set<Socket>();
  const waiting = new Set<() => void>();

  const { backchannel: kind = 'none' } = options;
  const backchannel = kind === 'none' ? undefined : new Backchannel(kind, () => clock.now());
  const udp = await openUdpPair(host, (port, address) => {
    for (const viewer of viewers) viewer.heard(port, address);
  });

  const context: ViewerContext = {
    clock,
    streams,
    credentials: options.credentials,
    onlyTransport: options.transport,
    behaviour,
    udp,
    backchannel,
    sessionTimeoutMs,
    maxBacklog,
    opened: (session) => onViewer?.({ what: 'viewer-joined', session }),
    closed: (session, why) => onViewer?.({ what: 'viewer-left', session, why }),
    refused: (remote) => onViewer?.({ what: 'viewer-refused', remote }),
  };

  const onViewerSocket = (socket: Socket) => {
    const viewer = serveViewer(socket, context);
    viewers.add(viewer);
    socket.once('close', () => viewers.delete(viewer));
  };

  const onPublisherSocket = (socket: Socket) => {
    publishers.add(socket);
    socket.once('close', () => publishers.delete(socket));
    servePublisher(socket, {
      streamName: (url) => new RegExp(`^rtsp://[^/]+/${key}/(\\w+)(?:/|$)`).exec(url)?.[1],
      started(name, stream) {
        streams.set(name, stream);
        const stop = stream.join((_track, isRtcp) => {
          if (isRtcp) return;
          stop();
          for (const check of waiting) check();
        });
      },
      ended(name, stream) {
        if (streams.get(name) !== stream) return;
        streams.delete(name);
        for (const viewer of viewers) {
          if (viewer.session?.stream === name) viewer.drop('the camera ended the stream');
        }
      },
    });
  };

  const publishing = await listen('127.0.0.1', 0, onPublisherSocket);
  let viewing: Server | undefined = await listen(host, options.port ?? 0, onViewerSocket, options.tls);
  const port = portOf(viewing);

  return {
    port,
    publishUrl: (stream) => `rtsp://127.0.0.1:${portOf(publishing)}/${key}/${stream}`,
    ready: (name, signal) =>
      new Promise((resolve, reject) => {
        const done = () => {
          waiting.delete(check);
          signal?.removeEventListener('abort', abort);
        };
        const check = () => {
          if (streams.get(name)?.hasPackets !== true) return;
          done();
          resolve();
        };
        const abort = () => {
          done();
          reject(signal?.reason);
        };
        waiting.add(check);
        signal?.addEventListener('abort', abort, { once: true });
        if (signal?.aborted) abort();
        check();
      }),
    streams,
    sessions: () => Array.from(viewers, ({ session }) => session).filter((session) => session !== undefined),
    heard: () => backchannel?.heard(),
    behave: (change) => void Object.assign(behaviour, change),
    dropViewers: () => {
      for (const viewer of viewers) viewer.drop('the camera dropped the connection');
    },
    accept: async (open) => {
      if (open) viewing ??= await listen(host, port, onViewerSocket, options.tls);
      else {
        viewing?.close();
        viewing = undefined;
      }
    },
    [Symbol.asyncDispose]: async () => {
      viewing?.close();
      publishing.close();
      for (const viewer of viewers) viewer.drop('the camera was switched off');
      for (const socket of publishers) socket.destroy();
      await udp[Symbol.asyncDispose]();
    },
  };
}

function listen(
  host: string,
  port: number,
  onSocket: (socket: Socket) => void,
  tls?: KeyAndCertificate,
): Promise<Server> {
  const server = tls ? createTlsServer(tls, onSocket) : createServer(onSocket);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve(server);
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return address && typeof address === 'object' ? address.port : 0;
}
