/**
 * The rule that recordings stay in the home: which addresses are inside it, and connections that go nowhere else. A name is looked at each
 * time that it is resolved, since what it leads to may change after the first look (DNS rebinding).
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { reason } from '../../system/problem.ts';
import { TargetError } from './contract.ts';

const HOME = new BlockList();
// RFC 1918, loopback, link-local. Not 100.64.0.0/10: carriers share it among their customers.
HOME.addSubnet('10.0.0.0', 8, 'ipv4');
HOME.addSubnet('172.16.0.0', 12, 'ipv4');
HOME.addSubnet('192.168.0.0', 16, 'ipv4');
HOME.addSubnet('127.0.0.0', 8, 'ipv4');
HOME.addSubnet('169.254.0.0', 16, 'ipv4');
HOME.addAddress('::1', 'ipv6');
HOME.addSubnet('fe80::', 10, 'ipv6');
HOME.addSubnet('fc00::', 7, 'ipv6');

/** Resolves a name to all of its addresses, as the system does. */
export type ResolveAll = (host: string) => Promise<readonly LookupAddress[]>;

export interface HomeRule {
  /** The owner said in plain words that recordings may leave the home. */
  allowOutside: boolean;
  /** Default: the system's. */
  resolve?: ResolveAll;
}

/** Whether an IP address (IPv4, IPv6, IPv4 written as IPv6, with or without a zone) lies inside the home. False for anything else. */
export function isPrivateAddress(address: string): boolean {
  // `node:net` looks at IPv4 written as IPv6 (::ffff:10.0.0.1) by the rules for IPv4.
  const plain = address.replace(/%.*$/, '');
  const family = isIP(plain);
  return family !== 0 && HOME.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Addresses of a host (name or address, IPv6 with or without brackets) that may be connected to; at least one. A name that leads inside and outside, as
 * with a NAS that has a global IPv6 address too, keeps what is inside. Rejects with a `TargetError`: `outside`, or `missing` where the name
 * leads nowhere.
 */
export async function homeAddresses(host: string, rule: HomeRule): Promise<LookupAddress[]> {
  const found = await addressesOf(host.replace(/^\[(.*)\]$/, '$1'), rule.resolve ?? resolveAll);
  const inside = found.filter(({ address }) => rule.allowOutside || isPrivateAddress(address));
  if (inside.length === 0) throw outside(host);
  return inside;
}

/** For `lookup` of `net.connect` and HTTP requests. They pass it over for plain addresses: those are for {@link refuseOutside}. */
export function homeLookup(rule: HomeRule): LookupFunction {
  return (host, options, callback) => {
    homeAddresses(host, rule).then(
      (addresses) => {
        const fitting = addresses.filter(({ family }) => !options.family || options.family === family);
        const [first] = fitting;
        if (!first) callback(new TargetError('missing', `"${host}" has no address of that kind.`), '', 0);
        else if (options.all) callback(null, fitting);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(reason(error)), '', 0),
    );
  };
}

/** Throws a `TargetError` (`outside`) for a plain address that is not in the home. Names pass: they are looked at as they are resolved. */
export function refuseOutside(host: string, { allowOutside }: HomeRule): void {
  const plain = host.replace(/^\[(.*)\]$/, '$1');
  if (!allowOutside && isIP(plain) !== 0 && !isPrivateAddress(plain)) throw outside(host);
}

function outside(host: string): TargetError {
  return new TargetError(
    'outside',
    `"${host}" is not in the home's network: recordings would leave the house. Name a private address, or say in the options that you want this.`,
  );
}

async function addressesOf(host: string, resolve: ResolveAll): Promise<readonly LookupAddress[]> {
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  try {
    const found = await resolve(host);
    if (found.length > 0) return found;
  } catch (error) {
    throw new TargetError('missing', `The name "${host}" leads to no address: ${reason(error)}`, {
      cause: error,
    });
  }
  throw new TargetError('missing', `The name "${host}" leads to no address.`);
}

const resolveAll: ResolveAll = (host) =>
  new Promise((resolve, reject) => {
    systemLookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });
