/**
 * Searches the network for ONVIF cameras by multicast. (The `onvif` package's search is one object for the whole process, asks on
 * one interface, never ends early, and tells of a bad packet by an `error` event, which ends the process when nobody listens.)
 */
import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { type Clock, sleep } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import { reason } from '../../system/problem.ts';
import { type ProbeMatch, probeMessage, readProbeMatches } from './discovery-messages.ts';

export type DiscoveredCamera = Omit<ProbeMatch, 'endpoint'>;

export interface DiscoveryOptions {
  clock: Clock;
  log: Log;
  /** Ends the search early; what was found so far is given. */
  signal: AbortSignal;
  /** Default 3000. */
  durationMs?: number;
  /** Default 239.255.255.250, port 3702 (WS-Discovery). */
  target?: { address: string; port: number };
  /** IPv4 addresses of this machine to ask from. Default: all but loopback. */
  interfaces?: readonly string[];
}

const TARGET = { address: '239.255.255.250', port: 3702 };
const DURATION_MS = 3_000;
/** UDP loses packets, and some cameras wake slowly. */
const ASK_AT_MS = [0, 300, 1_000];
const MAX_CAMERAS = 256;
const MAX_PACKETS = 4_096;

/** ONVIF cameras that answer, each once, in the order of their addresses. Never rejects. */
export async function discoverCameras(options: DiscoveryOptions): Promise<DiscoveredCamera[]> {
  const { log, durationMs = DURATION_MS, interfaces = ownAddresses() } = options;
  const found = new Map<string, DiscoveredCamera>();
  let packets = 0;
  const take = (packet: Buffer, from: string) => {
    packets += 1;
    if (packets > MAX_PACKETS) return;
    for (const { endpoint, ...camera } of readProbeMatches(packet.toString('utf8'), from)) {
      if (found.size < MAX_CAMERAS && !found.has(endpoint)) found.set(endpoint, camera);
    }
  };
  const sockets: Socket[] = [];
  try {
    for (const address of interfaces) {
      const socket = await openSocket(address, log);
      if (!socket) continue;
      sockets.push(socket);
      socket.on('message', (packet, { address: from }) => take(packet, from));
    }
    if (sockets.length > 0) await askAll(sockets, { ...options, durationMs });
  } finally {
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(resolve))));
  }
  if (found.size === 0) log.debug(`No camera answered on ${sockets.length} network interfaces.`);
  return [...found.values()].sort(
    (a, b) => a.host.localeCompare(b.host, 'en', { numeric: true }) || a.port - b.port,
  );
}

async function askAll(
  sockets: readonly Socket[],
  { clock, log, signal, durationMs, target = TARGET }: DiscoveryOptions & { durationMs: number },
): Promise<void> {
  let waited = 0;
  for (const at of ASK_AT_MS.filter((ms) => ms < durationMs)) {
    await sleep(clock, at - waited, signal);
    waited = at;
    if (signal.aborted) return;
    for (const socket of sockets) {
      for (const type of ['transmitter', 'device'] as const) {
        const packet = Buffer.from(probeMessage(type, randomUUID()));
        socket.send(packet, target.port, target.address, (error) => {
          if (error) log.debug(`A search for cameras was not sent: ${reason(error)}`);
        });
      }
    }
  }
  await sleep(clock, durationMs - waited, signal);
}

/** A socket on one interface; undefined where that cannot be, such as one that is just going down. */
async function openSocket(address: string, log: Log): Promise<Socket | undefined> {
  const socket = createSocket('udp4');
  try {
    socket.bind({ address, port: 0 });
    await once(socket, 'listening');
    socket.setMulticastInterface(address);
    // Stays in the local network, across no more than one router.
    socket.setMulticastTTL(2);
    socket.on('error', (error) => log.debug(`Search for cameras from ${address}: ${reason(error)}`));
    return socket;
  } catch (error) {
    log.debug(`No search for cameras from ${address}: ${reason(error)}`);
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
