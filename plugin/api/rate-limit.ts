import { isIPv6 } from 'node:net';
import type { Clock } from '../system/clock.ts';

export interface RateLimitOptions {
  clock: Clock;
  /** So many within {@link windowMs} are free. */
  limit: number;
  windowMs: number;
}

/** Counts what addresses do too often. */
export interface RateLimit {
  /** How long this address must wait, in ms; 0 when it need not. */
  waitMs(address: string): number;
  /** Counts one attempt. */
  count(address: string): void;
  /** Forgets an address that has shown who it is. */
  forgive(address: string): void;
}

/** More addresses than a home has; beyond it the oldest is forgotten, so that a flood fills no memory. */
const MOST_ADDRESSES = 4096;

/** A sliding window per address; an IPv6 host has a whole /64 to itself and counts as one. */
export function createRateLimit({ clock, limit, windowMs }: RateLimitOptions): RateLimit {
  const attempts = new Map<string, number[]>();
  const recent = (key: string) => {
    const since = clock.monotonic() - windowMs;
    return (attempts.get(key) ?? []).filter((at) => at > since);
  };
  return {
    waitMs(address) {
      const times = recent(networkOf(address));
      const first = times[times.length - limit];
      return first === undefined ? 0 : Math.max(1, first + windowMs - clock.monotonic());
    },
    count(address) {
      const key = networkOf(address);
      const times = [...recent(key), clock.monotonic()].slice(-limit);
      // Deleting first keeps the map in the order of the latest attempt.
      attempts.delete(key);
      attempts.set(key, times);
      const [oldest] = attempts.keys();
      if (attempts.size > MOST_ADDRESSES && oldest !== undefined) attempts.delete(oldest);
    },
    forgive(address) {
      attempts.delete(networkOf(address));
    },
  };
}

/** What counts as one client: an IPv4 address, or the /64 of an IPv6 one. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  return [...front, ...Array<string>(zeros).fill('0'), ...back].slice(0, 4).join(':');
}
