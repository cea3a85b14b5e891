import type { Socket } from 'node:net';
import { LiveStream } from './live-stream.ts';
import { type Answer, serveConnection } from './rtsp-connection.ts';
import type { InterleavedPacket, RtspRequest } from './rtsp-message.ts';
import { formatTransport, parseTransport } from './transport.ts';

export interface PublisherContext {
  /** Name of the stream that a URL may publish to; undefined refuses. */
  streamName(url: string): string | undefined;
  started(name: string, stream: LiveStream): void;
  ended(name: string, stream: LiveStream): void;
}

/** Receives one stream with ANNOUNCE, SETUP and RECORD (RFC 2326, sections 10.3 and 10.11), over TCP alone. */
export function servePublisher(socket: Socket, context: PublisherContext): void {
  let name: string | undefined;
  let stream: LiveStream | undefined;
  const channels = new Map<number, { track: number; isRtcp: boolean }>();

  const announce = ({ body }: RtspRequest, into: string): Answer => {
    if (stream) return { status: 455 };
    const announced = new LiveStream(body);
    if (announced.tracks.length === 0) return { status: 400 };
    name = into;
    stream = announced;
    return { status: 200 };
  };

  const setup = ({ url, headers }: RtspRequest): Answer => {
    const track = stream?.tracks.findIndex(({ control }) => url.endsWith(`/${control}`)) ?? -1;
    if (track < 0) return { status: stream ? 404 : 455 };
    const transport = parseTransport(headers.get('transport') ?? '');
    if (transport?.kind !== 'tcp') return { status: 461 };
    channels.set(transport.rtpChannel, { track, isRtcp: false });
    channels.set(transport.rtcpChannel, { track, isRtcp: true });
    return { status: 200, headers: { Transport: formatTransport(transport, 0), Session: '1' } };
  };

  const record = (): Answer => {
    if (!stream || name === undefined || channels.size === 0) return { status: 455 };
    context.started(name, stream);
    return { status: 200, headers: { Session: '1' } };
  };

  const onRequest = (request: RtspRequest): Answer => {
    const into = context.streamName(request.url);
    if (into === undefined) return { status: 403, afterwards: () => socket.destroySoon() };
    switch (request.method) {
      case 'OPTIONS':
        return { status: 200, headers: { Public: 'OPTIONS, ANNOUNCE, SETUP, RECORD, TEARDOWN' } };
      case 'ANNOUNCE':
        return announce(request, into);
      case 'SETUP':
        return setup(request);
      case 'RECORD':
        return record();
      case 'TEARDOWN':
        return { status: 200, afterwards: () => socket.destroySoon() };
      default:
        return { status: 501 };
    }
  };

  serveConnection(socket, {
    commonHeaders: () => ({}),
    onRequest,
    onPacket: ({ channel, data }: InterleavedPacket) => {
      const target = channels.get(channel);
      if (target) stream?.relay(target.track, target.isRtcp, data);
    },
    onClose: () => {
      if (stream && name !== undefined) context.ended(name, stream);
    },
  });
}
