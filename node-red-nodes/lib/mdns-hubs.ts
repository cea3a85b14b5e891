import type { MdnsRecord } from './mdns-packet.ts';

/** What hubs announce themselves as. */
export const SERVICE = '_doorstep._tcp.local';

/** A hub as it announces itself; nobody has asked it yet, and anybody can announce anything. */
export interface AnnouncedHub {
  /** As its owner calls it. */
  name: string;
  /** IPv4 address. */
  host: string;
  port: number;
  tls: boolean;
  version: string;
  /** The same after a restart or a new address; empty where it says none. */
  id: string;
}

/** Records of one packet, and the address that it came from. */
export interface Announcement {
  from: string;
  records: readonly MdnsRecord[];
}

const MOST_HUBS = 32;

/**
 * The hubs that these announcements make up, each once, by name. An instance without a port or an address is left out. Of several addresses
 * the one counts that the answer came from: that one is reached from here.
 */
export function hubsIn(announcements: readonly Announcement[]): AnnouncedHub[] {
  const hubs = new Map<string, AnnouncedHub>();
  const all = announcements.flatMap(({ records }) => records);
  for (const { from, records } of announcements) {
    // What somebody else says of the same name comes last.
    const ownFirst = [...records, ...all];
    for (const instance of instancesIn(records)) {
      const srv = ownFirst.find((record) => record.type === 'SRV' && isSame(record.name, instance));
      if (srv?.type !== 'SRV' || srv.port === 0) continue;
      const own = addressesOf(srv.target, records);
      const addresses = own.length > 0 ? own : addressesOf(srv.target, all);
      const host = addresses.includes(from) ? from : addresses[0];
      if (!host || hubs.size >= MOST_HUBS) continue;
      const txt = ownFirst.find((record) => record.type === 'TXT' && isSame(record.name, instance));
      const value = (key: string) => visible((txt?.type === 'TXT' && txt.values.get(key)) || '');
      hubs.set(`${host}:${srv.port}`, {
        ...{ name: visible(nameOf(instance)), host, port: srv.port, tls: value('tls') === '1' },
        ...{ version: value('version'), id: value('id') },
      });
    }
  }
  return [...hubs.values()].sort((a, b) => a.name.localeCompare(b.name) || a.host.localeCompare(b.host));
}

function addressesOf(machine: string, records: readonly MdnsRecord[]): string[] {
  return records.flatMap((record) =>
    record.type === 'A' && isSame(record.name, machine) ? [record.address] : [],
  );
}

/** Names differ by their letters, whatever their case. */
function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function instancesIn(records: readonly MdnsRecord[]): string[] {
  return records.flatMap((record) =>
    record.type === 'PTR' &&
    isSame(record.name, SERVICE) &&
    record.target.toLowerCase().endsWith(`.${SERVICE}`)
      ? [record.target]
      : [],
  );
}

/** `Doorstep\.2._doorstep._tcp.local` → `Doorstep.2` */
function nameOf(instance: string): string {
  return instance.slice(0, -SERVICE.length - 1).replace(/\\(.)/g, '$1');
}

/** What a person can see of it. */
function visible(text: string): string {
  return text.replace(/\p{C}/gu, '').trim().slice(0, 63);
}
