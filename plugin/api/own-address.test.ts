import { describe, expect, it } from 'vitest';
import { type Interfaces, ownAddress } from './own-address.ts';

const lo = [{ address: '127.0.0.1', family: 'IPv4', internal: true }] as const;
const eth0 = [
  { address: 'fe80::1', family: 'IPv6', internal: false },
  { address: '192.168.1.5', family: 'IPv4', internal: false },
] as const;

describe('ownAddress', () => {
  it.each<[string, Interfaces, string]>([
    ['0.0.0.0', { lo, eth0 }, '192.168.1.5'],
    ['::', { lo, eth0 }, '192.168.1.5'],
    ['0.0.0.0', { lo }, '127.0.0.1'],
    ['0.0.0.0', { lo: undefined }, '127.0.0.1'],
    ['127.0.0.1', { lo, eth0 }, '127.0.0.1'],
    ['10.0.0.9', { lo, eth0 }, '10.0.0.9'],
    ['::1', { lo, eth0 }, '[::1]'],
  ])('listening on %s with %j: %s', (host, interfaces, expected) => {
    expect(ownAddress(host, interfaces)).toBe(expected);
  });
});
