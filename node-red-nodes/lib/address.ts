/** Where the hub listens, as read from the server node's settings. */
import { API_PREFIX } from '../../protocol/api.ts';
import type { Cursor } from './resume.ts';

export interface HubAddress {
  /** Name, IPv4 or IPv6 address; IPv6 without brackets. */
  host: string;
  port: number;
  tls: boolean;
}

/** What the editor stores; an environment variable makes a string of the port. */
export interface AddressSettings {
  host?: unknown;
  port?: unknown;
  tls?: unknown;
}

/** Reads the settings; undefined when they name no host and port that a URL can hold. */
export function readAddress({ host, port, tls }: AddressSettings): HubAddress | undefined {
  if (typeof host !== 'string') return undefined;
  const name = host.trim().replace(/^\[(.*)\]$/, '$1');
  const number = Number(port);
  if (!/^[^\s/@?#[\]\\]+$/.test(name) || !Number.isInteger(number) || number < 1 || number > 65_535) {
    return undefined;
  }
  const address = { host: name, port: number, tls: tls === true };
  return URL.canParse(eventsUrl(address)) ? address : undefined;
}

/** `ws://host:port/api/v1/events`, with the cursor when there is one. */
export function eventsUrl(address: HubAddress, cursor?: Cursor): string {
  const query = cursor && new URLSearchParams({ after: String(cursor.seq), hub: cursor.hub });
  return `${address.tls ? 'wss' : 'ws'}://${authority(address)}${API_PREFIX}/events${query ? `?${query}` : ''}`;
}

/** `host:port` as people read it and as a URL needs it. */
export function authority({ host, port }: HubAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

export function sameAddress(a: HubAddress, b: HubAddress): boolean {
  return a.host === b.host && a.port === b.port && a.tls === b.tls;
}
