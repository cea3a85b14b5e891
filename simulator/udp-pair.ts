import { createSocket, type Socket } from 'node:dgram';

/** One even RTP port and the odd RTCP port above it (RFC 3550, section 11), shared by all viewers over UDP. */
export interface UdpPair extends AsyncDisposable {
  readonly rtpPort: number;
  send(isRtcp: boolean, packet: Buffer, port: number, address: string): void;
}

const ATTEMPTS = 50;

/**
 * Binds a free pair of ports.
 * @param onReceive told of each packet that a viewer sends, such as its receiver reports.
 */
export async function openUdpPair(
  host: string,
  onReceive: (port: number, address: string) => void,
): Promise<UdpPair> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const rtp = await bind(host, 0);
    const rtpPort = rtp?.address().port ?? 1;
    const rtcp = rtpPort % 2 === 0 ? await bind(host, rtpPort + 1) : undefined;
    if (rtp && rtcp) return pairOf(rtp, rtcp, onReceive);
    rtp?.close();
  }
  throw new Error(`No free pair of UDP ports was found on ${host}.`);
}

function pairOf(rtp: Socket, rtcp: Socket, onReceive: (port: number, address: string) => void): UdpPair {
  for (const socket of [rtp, rtcp]) {
    socket.on('message', (_data, from) => onReceive(from.port, from.address));
    // A viewer that is gone answers with ICMP "port unreachable"; its control connection tells the rest.
    socket.on('error', () => {});
  }
  return {
    rtpPort: rtp.address().port,
    send: (isRtcp, packet, port, address) => (isRtcp ? rtcp : rtp).send(packet, port, address, () => {}),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([rtp, rtcp].map((socket) => new Promise<void>((done) => socket.close(() => done()))));
    },
  };
}

function bind(host: string, port: number): Promise<Socket | undefined> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', sendBufferSize: 1024 * 1024 });
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind(port, host, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}
