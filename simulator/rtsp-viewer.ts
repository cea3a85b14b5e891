import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Clock } from '../plugin/system/clock.ts';
import { BACKCHANNEL_CONTROL, BACKCHANNEL_REQUIRE, type Backchannel } from './backchannel.ts';
import { type Credentials, formatChallenge, isAuthorized } from './digest-auth.ts';
import type { LiveStream } from './live-stream.ts';
import { shiftSenderReport } from './rtp.ts';
import { type Answer, serveConnection } from './rtsp-connection.ts';
import type { RtspRequest } from './rtsp-message.ts';
import { formatTransport, parseTransport, type Transport } from './transport.ts';
import type { UdpPair } from './udp-pair.ts';

const REALM = 'Simulated doorbell';

/** How a camera can misbehave; read at each packet and request. */
export interface Behaviour {
  /** Connections stay, packets don't come. */
  stalled: boolean;
  /** No credentials are right. */
  rejectAll: boolean;
  /** How far the camera's clock is ahead, in ms. */
  clockSkewMs: number;
}

/** A viewer that plays, or is about to. */
export interface ViewerSession {
  id: string;
  stream: string;
  transport: Transport['kind'];
  /** `address:port` of the control connection. */
  remote: string;
  /** Epoch ms of the first SETUP. */
  since: number;
  playing: boolean;
  packets: number;
  bytes: number;
}

export interface ViewerContext {
  clock: Clock;
  streams: ReadonlyMap<string, LiveStream>;
  credentials: Credentials | undefined;
  /** The only transport that viewers can have; undefined when they may choose. */
  onlyTransport: Transport['kind'] | undefined;
  behaviour: Readonly<Behaviour>;
  udp: UdpPair;
  /** Undefined for a camera without a loudspeaker. */
  backchannel: Backchannel | undefined;
  sessionTimeoutMs: number;
  /** How much a viewer over TCP may leave unread, in bytes, before it is dropped. */
  maxBacklog: number;
  opened(session: ViewerSession): void;
  closed(session: ViewerSession, why: string): void;
  refused(remote: string): void;
}

export interface Viewer {
  readonly session: ViewerSession | undefined;
  /** Keeps the session alive when a packet from this UDP address belongs to it. */
  heard(port: number, address: string): void;
  drop(why: string): void;
}

/** Serves one viewer's connection: at most one session, which ends with it (RFC 2326). */
export function serveViewer(socket: Socket, context: ViewerContext): Viewer {
  const { clock, behaviour, udp } = context;
  const nonce = randomBytes(16).toString('hex');
  const address = socket.remoteAddress ?? '';
  const remote = `${address}:${socket.remotePort ?? 0}`;
  const transports = new Map<number, Transport>();
  let session: ViewerSession | undefined;
  let stream: LiveStream | undefined;
  let leave: (() => void) | undefined;
  let endReason = 'the connection was closed';
  let cancelTimeout = () => {};
  /** Channel on which the viewer speaks. */
  let talkChannel: number | undefined;

  const drop = (why: string) => {
    endReason = why;
    socket.destroy();
  };

  const keepAlive = () => {
    cancelTimeout();
    cancelTimeout = clock.after(context.sessionTimeoutMs, () => drop('nothing was heard from the viewer'));
  };

  const send = (track: number, isRtcp: boolean, packet: Buffer) => {
    const transport = transports.get(track);
    if (!session || !transport || behaviour.stalled) return;
    const data = isRtcp ? shiftSenderReport(packet, behaviour.clockSkewMs) : packet;
    session.packets += 1;
    session.bytes += data.length;
    if (transport.kind === 'udp') {
      udp.send(isRtcp, data, isRtcp ? transport.rtcpPort : transport.rtpPort, address);
      return;
    }
    if (socket.writableLength > context.maxBacklog) return drop('the viewer reads too slowly');
    const head = Buffer.from([0x24, isRtcp ? transport.rtcpChannel : transport.rtpChannel, 0, 0]);
    head.writeUInt16BE(data.length, 2);
    socket.cork();
    socket.write(head);
    socket.write(data);
    socket.uncork();
  };

  const describe = ({ url, headers: asked }: RtspRequest): Answer => {
    const found = context.streams.get(streamNameOf(url));
    if (!found) return { status: 404 };
    const headers = { 'Content-Base': `${url.replace(/\/+$/, '')}/`, 'Content-Type': 'application/sdp' };
    const talks = asked.get('require') === BACKCHANNEL_REQUIRE ? context.backchannel?.sdp : undefined;
    return { status: 200, headers, body: `${found.sdp}${talks ?? ''}` };
  };

  const begin = (name: string, kind: Transport['kind']): ViewerSession => {
    if (session) return session;
    session = {
      ...{ id: randomBytes(8).toString('hex'), stream: name, transport: kind, remote },
      ...{ since: clock.now(), playing: false, packets: 0, bytes: 0 },
    };
    context.opened(session);
    return session;
  };

  const setup = ({ url, headers }: RtspRequest): Answer => {
    const name = session?.stream ?? streamNameOf(url);
    stream ??= context.streams.get(name);
    const speaks = context.backchannel !== undefined && url.endsWith(`/${name}/${BACKCHANNEL_CONTROL}`);
    const track = stream?.tracks.findIndex(({ control }) => url.endsWith(`/${name}/${control}`)) ?? -1;
    if (track < 0 && !speaks) return { status: 404 };
    if (leave) return { status: 455 };
    const transport = parseTransport(headers.get('transport') ?? '', context.onlyTransport);
    if (!transport || (speaks && transport.kind === 'udp')) return { status: 461 };
    const { id } = begin(name, transport.kind);
    if (speaks && !context.backchannel?.claim(id)) return { status: 453 };
    if (speaks) talkChannel = transport.kind === 'tcp' ? transport.rtpChannel : undefined;
    else transports.set(track, transport);
    const timeout = Math.round(context.sessionTimeoutMs / 1000);
    return {
      status: 200,
      headers: { Transport: formatTransport(transport, udp.rtpPort), Session: `${id};timeout=${timeout}` },
    };
  };

  const play = ({ url }: RtspRequest, id: string): Answer => {
    const base = url.replace(/\/+$/, '');
    const starts = stream?.startPositions();
    const info = Array.from(transports.keys(), (track) => {
      const position = starts?.get(track);
      const control = `url=${base}/${stream?.tracks[track]?.control}`;
      return position ? `${control};seq=${position.seq};rtptime=${position.timestamp}` : control;
    });
    return {
      status: 200,
      headers: { Session: id, Range: 'npt=now-', 'RTP-Info': info.join(',') },
      afterwards: () => {
        if (session) session.playing = true;
        leave ??= stream?.join(send);
      },
    };
  };

  const inSession = (request: RtspRequest): Answer => {
    const id = request.headers.get('session')?.split(';')[0]?.trim();
    // Clients may keep the connection alive before they have a session.
    if (!session && request.method === 'GET_PARAMETER') return { status: 200 };
    if (!session || id !== session.id) return { status: 454 };
    if (request.method === 'PLAY') return play(request, session.id);
    if (request.method === 'GET_PARAMETER') return { status: 200, headers: { Session: session.id } };
    return {
      status: 200,
      afterwards: () => {
        endReason = 'the viewer said goodbye';
        socket.destroySoon();
      },
    };
  };

  const isAllowed = ({ method, headers }: RtspRequest) => {
    if (behaviour.rejectAll) return false;
    if (!context.credentials) return true;
    return isAuthorized(headers.get('authorization'), method, context.credentials, { realm: REALM, nonce });
  };

  const onRequest = (request: RtspRequest): Answer => {
    keepAlive();
    if (request.method === 'OPTIONS') {
      return { status: 200, headers: { Public: 'OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN' } };
    }
    const required = request.headers.get('require');
    if (required !== undefined && !(required === BACKCHANNEL_REQUIRE && context.backchannel)) {
      return { status: 551, headers: { Unsupported: required } };
    }
    if (!isAllowed(request)) {
      // The first request of each client comes without an answer to the challenge; that one is no failure.
      if (request.headers.has('authorization')) context.refused(remote);
      return { status: 401, headers: { 'WWW-Authenticate': formatChallenge({ realm: REALM, nonce }) } };
    }
    switch (request.method) {
      case 'DESCRIBE':
        return describe(request);
      case 'SETUP':
        return setup(request);
      case 'PLAY':
      case 'GET_PARAMETER':
      case 'TEARDOWN':
        return inSession(request);
      default:
        return { status: 501 };
    }
  };

  keepAlive();
  serveConnection(socket, {
    commonHeaders: () => ({
      Server: 'Doorstep simulator',
      Date: new Date(clock.now() + behaviour.clockSkewMs).toUTCString(),
    }),
    onRequest,
    onPacket: ({ channel, data }) => {
      keepAlive();
      if (session?.playing && channel === talkChannel) context.backchannel?.hear(session.id, data);
    },
    onClose: () => {
      cancelTimeout();
      leave?.();
      if (!session) return;
      context.backchannel?.release(session.id);
      context.closed(session, endReason);
    },
  });

  return {
    get session() {
      return session;
    },
    heard(port, from) {
      if (from !== address) return;
      for (const transport of transports.values()) {
        if (transport.kind === 'udp' && (port === transport.rtpPort || port === transport.rtcpPort))
          keepAlive();
      }
    },
    drop,
  };
}

/** First segment of a URL's path; empty when the URL can't be read. */
function streamNameOf(url: string): string {
  return URL.canParse(url) ? (new URL(url).pathname.split('/')[1] ?? '') : '';
}
