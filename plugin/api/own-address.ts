import type { NetworkInterfaceInfo } from 'node:os';

export type Interfaces = Readonly<
  Record<string, readonly Pick<NetworkInterfaceInfo, 'address' | 'family' | 'internal'>[] | undefined>
>;

/**
 * Under which address others in the house reach a server that listens on `host`: on every address, the first IPv4 one in the network
 * is the one to tell people and doorbells; without a network, loopback. IPv6 comes in brackets, ready for a URL.
 */
export function ownAddress(host: string, interfaces: Interfaces): string {
  if (host !== '0.0.0.0' && host !== '::') return host.includes(':') ? `[${host}]` : host;
  const outward = Object.values(interfaces)
    .flatMap((list) => list ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  return outward?.address ?? '127.0.0.1';
}
