/** Where a share may be sent by HTTP: an address that the owner wrote, which leads neither into this machine nor, unasked, into the house. */
import { BlockList, isIP } from 'node:net';

/** Nothing of the owner's choosing lies here: this machine, its link, metadata services, and ways to write one address as another. */
const NEVER = new BlockList();
/** The house: only where the owner says so. */
const HOUSE = new BlockList();

const NEVER_IPV4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
const NEVER_IPV6: readonly [string, number][] = [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fd00:ec2::', 32],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];
for (const [net, bits] of NEVER_IPV4) NEVER.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of NEVER_IPV6) NEVER.addSubnet(net, bits, 'ipv6');
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  HOUSE.addSubnet(net, bits, 'ipv4');
HOUSE.addSubnet('fc00::', 7, 'ipv6');

export type TargetRefusal =
  | 'not-an-address'
  | 'not-https'
  | 'has-password'
  | 'has-fragment'
  | 'this-machine'
  | 'in-the-house';

/**
 * Whether a connection may go to an IP address. For an address out of a URL, and for each that a name led to, of which the very one that was
 * looked at is connected to.
 *
 * @param lan the owner said that this recipient is in the house
 */
export function refuseIp(address: string, lan: boolean): TargetRefusal | undefined {
  const family = isIP(address);
  if (family === 0 || address.includes('%')) return 'not-an-address';
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  // `node:net` looks at IPv4 written as IPv6 (::ffff:10.0.0.1) by the rules for IPv4.
  if (NEVER.check(address, kind)) return 'this-machine';
  return HOUSE.check(address, kind) && !lan ? 'in-the-house' : undefined;
}

/** Names that no public domain has, and that lead to this machine. */
const OWN_NAME = /(^|\.)localhost$/;
/** Names that lead somewhere in the house, if anywhere. */
const HOUSE_NAME = /^[^.]+$|\.(local|lan|home|internal|intranet|corp|home\.arpa|fritz\.box)$/;
const NAME =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Whether a URL may be a recipient's, as far as it can be told without asking the network. Names are looked up at each connection, and what
 * they lead to goes through {@link refuseIp}.
 *
 * @param lan the owner said that this recipient is in the house; then http will do as well
 */
export function refuseUrl(text: string, lan: boolean): TargetRefusal | undefined {
  // Printable ASCII, which shows as what it is; a URL is otherwise read as something else than it looks like.
  if (!/^https?:\/\/[!-~]{1,2000}$/.test(text) || /[\\"'<>^`{|}]/.test(text)) return 'not-an-address';
  const url = URL.parse(text);
  if (!url) return 'not-an-address';
  if (url.protocol !== 'https:' && !lan) return 'not-https';
  if (url.username || url.password || text.split('/')[2]?.includes('@')) return 'has-password';
  if (text.includes('#')) return 'has-fragment';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  // Numbers in other bases, full-width letters, escapes: whatever is not written as it is read.
  const start = `${url.protocol}//${url.host}`;
  const asRead = text.toLowerCase().startsWith(start) && /^(:\d+)?([/?]|$)/.test(text.slice(start.length));
  if (!asRead) return 'not-an-address';
  if (isIP(host)) return refuseIp(host, lan);
  if (OWN_NAME.test(host)) return 'this-machine';
  if (!NAME.test(host) || host.split('.').some((label) => label.startsWith('xn--'))) return 'not-an-address';
  return HOUSE_NAME.test(host) && !lan ? 'in-the-house' : undefined;
}
