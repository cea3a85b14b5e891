/** One question into the network, and who answers within two seconds. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { type AnnouncedHub, type Announcement, hubsIn, SERVICE } from './mdns-hubs.ts';
import { encodeQuestion, readAnswer } from './mdns-packet.ts';

export interface SearchOptions {
  /** Default 2000. */
  durationMs?: number;
  /** Default 224.0.0.251, port 5353 (RFC 6762). */
  target?: { address: string; port: number };
  /** IPv4 addresses of this machine to ask from. Default: all but loopback. */
  interfaces?: readonly string[];
}

const TARGET = { address: '224.0.0.251', port: 5353 };
const DURATION_MS = 2000;
/** UDP loses packets. */
const ASK_AT_MS = [0, 250, 1000];
const MOST_PACKETS = 256;

/**
 * The hubs that answer. It asks from a port of its own, which has responders answer to that port directly (RFC 6762, 6.7), so it works
 * beside whatever else speaks multicast DNS on this machine. Never rejects; an interface that cannot be asked from is left out.
 */
export async function searchHubs(options: SearchOptions = {}): Promise<AnnouncedHub[]> {
  const { durationMs = DURATION_MS, target = TARGET, interfaces = ownAddresses() } = options;
  const announcements: Announcement[] = [];
  const take = (packet: Buffer, { address: from }: { address: string }) => {
    if (announcements.length >= MOST_PACKETS) return;
    const records = readAnswer(packet);
    if (records.length > 0) announcements.push({ from, records });
  };
  const sockets = (await Promise.all(interfaces.map(openSocket))).filter((socket) => socket !== undefined);
  const question = encodeQuestion(SERVICE);
  const asking = ASK_AT_MS.filter((at) => at < durationMs).map((at) =>
    setTimeout(() => {
      // One that does not leave is no worse than one that is lost on the way.
      for (const socket of sockets) socket.send(question, target.port, target.address, () => {});
    }, at),
  );
  for (const socket of sockets) socket.on('message', take);
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  for (const timer of asking) clearTimeout(timer);
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(resolve))));
  return hubsIn(announcements);
}

async function openSocket(address: string): Promise<Socket | undefined> {
  const socket = createSocket('udp4');
  try {
    socket.bind({ address, port: 0 });
    await once(socket, 'listening');
    socket.setMulticastInterface(address);
    // What went wrong with a packet shows in that nobody answers.
    socket.on('error', () => {});
    return socket;
  } catch {
    socket.close();
    return undefined;
  }
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => address),
  );
}
