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
 * the one counts that the answer came from: that one is reached from here. Whoever sends the most does not make it slow: each record is
 * looked at once.
 */
export function hubsIn(announcements: readonly Announcement[]): AnnouncedHub[] {
  const hubs = new Map<string, AnnouncedHub>();
  const all = byName(announcements.flatMap(({ records }) => records));
  for (const { from, records } of announcements) {
    const own = byName(records);
    for (const instance of new Set(instancesIn(records))) {
      // What somebody else says of the same name comes last.
      const about = own.get(keyOf(instance)) ?? NOTHING;
      const others = all.get(keyOf(instance)) ?? NOTHING;
      const srv = about.srv ?? others.srv;
      if (!srv || srv.port === 0) continue;
      const addresses = own.get(keyOf(srv.target))?.addresses ?? all.get(keyOf(srv.target))?.addresses;
      const host = addresses?.has(from) ? from : addresses?.values().next().value;
      if (!host || hubs.size >= MOST_HUBS) continue;
      const value = (key: string) => visible((about.texts ?? others.texts)?.get(key) ?? '');
      hubs.set(`${host}:${srv.port}`, {
        ...{ name: visible(nameOf(instance)), host, port: srv.port, tls: value('tls') === '1' },
        ...{ version: value('version'), id: value('id') },
      });
    }
  }
  return [...hubs.values()].sort((a, b) => a.name.localeCompare(b.name) || a.host.localeCompare(b.host));
}

/** What records say of one name: of two that say the same, the first counts. */
interface Said {
  srv?: { target: string; port: number };
  texts?: ReadonlyMap<string, string>;
  addresses?: Set<string>;
}
const NOTHING: Said = {};

function byName(records: readonly MdnsRecord[]): ReadonlyMap<string, Said> {
  const names = new Map<string, Said>();
  for (const record of records) {
    const key = keyOf(record.name);
    const said = names.get(key) ?? {};
    names.set(key, said);
    if (record.type === 'SRV') said.srv ??= { target: record.target, port: record.port };
    else if (record.type === 'TXT') said.texts ??= record.values;
    else if (record.type === 'A') said.addresses = (said.addresses ?? new Set()).add(record.address);
  }
  return names;
}

/** Names differ by their letters, whatever their case. */
function keyOf(name: string): string {
  return name.toLowerCase();
}

function instancesIn(records: readonly MdnsRecord[]): string[] {
  return records.flatMap((record) =>
    record.type === 'PTR' && keyOf(record.name) === SERVICE && keyOf(record.target).endsWith(`.${SERVICE}`)
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
