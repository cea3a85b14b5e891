import { BlockList, isIP } from 'node:net';

/** Why a `Host` header is refused; undefined where it is welcome. */
export type HostRefusal = 'missing' | 'foreign';

export interface KnownHosts {
  /** Addresses of this machine now; those of IPv6 change from day to day. */
  addresses(): readonly string[];
  /** Names of this hub, lower case: `localhost`, `pi`, `pi.local`, and those of the owner. */
  names: readonly string[];
}

const privateAddresses = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  // Shared address space (RFC 6598), as private overlay networks use it.
  ['100.64.0.0', 10],
] as const) {
  privateAddresses.addSubnet(network, prefix, 'ipv4');
}
privateAddresses.addAddress('::1', 'ipv6');
privateAddresses.addSubnet('fc00::', 7, 'ipv6');
privateAddresses.addSubnet('fe80::', 10, 'ipv6');

/**
 * Whether a request for this `Host` is meant for this hub. A web page that rebinds its own name to the hub's address (DNS
 * rebinding) still sends that name, so names are an allow-list; an address literal cannot be rebound.
 */
export function refuseHost(host: string | undefined, known: KnownHosts): HostRefusal | undefined {
  if (!host) return 'missing';
  const name = hostName(host);
  if (name === undefined) return 'foreign';
  const family = isIP(name);
  if (family === 0) return known.names.includes(name) ? undefined : 'foreign';
  if (privateAddresses.check(name, family === 6 ? 'ipv6' : 'ipv4')) return undefined;
  return known.addresses().includes(name) ? undefined : 'foreign';
}

/** `Front.local.:8586` → `front.local`, `[::1]:80` → `::1`; undefined for what is no host at all. */
export function hostName(host: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:/?#@[\]\\]+?)\.?)(?::\d{1,5})?$/i.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

/** What this hub is called: `localhost`, the machine's name, alone and with `.local`, and the owner's further names. */
export function knownHosts(
  machine: string,
  interfaces: () => Record<string, readonly { address: string }[] | undefined>,
  allowedHosts: readonly string[],
): KnownHosts {
  const short = machine.toLowerCase().replace(/\.local$/, '');
  const further = allowedHosts.map((name) => name.trim().toLowerCase().replace(/\.$/, ''));
  return {
    addresses: () =>
      Object.values(interfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)),
    names: ['localhost', short, `${short}.local`, ...further],
  };
}
