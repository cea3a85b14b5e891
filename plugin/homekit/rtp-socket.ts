/** One UDP port for a medium of a live session: RTP and RTCP go out of it, the viewer's RTCP and speech come back to it. */
import { createSocket } from 'node:dgram';

export interface RtpSocket extends AsyncDisposable {
  /** Local port, already bound: nobody can take it between the answer to the viewer and the first packet. */
  readonly port: number;
  /** Sends one packet; a network that refuses it is the viewer's watchdog's business. */
  send(packet: Buffer): void;
  /** Called for each packet that arrives. */
  onPacket(listener: (packet: Buffer) => void): void;
}

export interface RtpPeer {
  family: 'ipv4' | 'ipv6';
  address: string;
  port: number;
}

export async function openRtpSocket(peer: RtpPeer): Promise<RtpSocket> {
  const socket = createSocket({ type: peer.family === 'ipv6' ? 'udp6' : 'udp4' });
  let closed = false;
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  // A viewer that is gone answers with ICMP errors.
  socket.on('error', () => {});
  return {
    port: socket.address().port,
    send(packet) {
      if (!closed) socket.send(packet, peer.port, peer.address, () => {});
    },
    onPacket(listener) {
      socket.on('message', (packet: Buffer) => listener(packet));
    },
    [Symbol.asyncDispose]() {
      if (closed) return Promise.resolve();
      closed = true;
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}
