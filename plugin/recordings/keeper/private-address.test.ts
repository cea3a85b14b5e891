import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { homeAddresses, homeLookup, isPrivateAddress, refuseOutside } from './private-address.ts';

describe('what is inside the home', () => {
  it.each([
    ['10.0.0.0', true],
    ['10.255.255.255', true],
    ['11.0.0.0', false],
    ['9.255.255.255', false],
    ['172.15.255.255', false],
    ['172.16.0.0', true],
    ['172.31.255.255', true],
    ['172.32.0.0', false],
    ['192.167.255.255', false],
    ['192.168.0.1', true],
    ['192.169.0.0', false],
    ['127.0.0.1', true],
    ['127.255.255.254', true],
    ['128.0.0.1', false],
    ['169.254.1.1', true],
    ['169.253.1.1', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['8.8.8.8', false],
    ['255.255.255.255', false],
    ['::1', true],
    ['0:0:0:0:0:0:0:1', true],
    ['::', false],
    ['::2', false],
    ['fe80::1', true],
    ['fe80::1%eth0', true],
    ['febf::1', true],
    ['fec0::1', false],
    ['fc00::1', true],
    ['FD12:3456::1', true],
    ['fe00::1', false],
    ['2001:db8::1', false],
    ['2a02:810d::1', false],
    ['::ffff:192.168.1.1', true],
    ['::ffff:c0a8:101', true],
    ['::ffff:8.8.8.8', false],
    ['::ffff:808:808', false],
    // Written as IPv6 in other ways: what they lead to is for somebody else to say.
    ['::192.168.1.1', false],
    ['64:ff9b::c0a8:101', false],
    ['2002:c0a8:101::1', false],
    ['192.168.1', false],
    ['0300.0250.1.1', false],
    ['3232235777', false],
    ['nas.local', false],
    ['', false],
  ])('%s: %s', (address, expected) => {
    expect(isPrivateAddress(address)).toBe(expected);
  });
});

describe('names', () => {
  const four = (address: string) => ({ address, family: 4 });
  const six = (address: string) => ({ address, family: 6 });
  const answers = (...addresses: { address: string; family: number }[]) => ({
    allowOutside: false,
    resolve: async () => addresses,
  });

  it('keeps what is inside of a name that leads both ways', async () => {
    const rule = answers(six('2a02:810d::1'), four('192.168.1.10'), six('fd00::10'));
    expect(await homeAddresses('nas.lan', rule)).toEqual([four('192.168.1.10'), six('fd00::10')]);
  });

  it('refuses a name that leads outside, unless it is allowed', async () => {
    const rule = answers(four('203.0.113.7'));
    await expect(homeAddresses('nas.example', rule)).rejects.toMatchObject({ fault: 'outside' });
    const allowed = await homeAddresses('nas.example', { ...rule, allowOutside: true });
    expect(allowed).toEqual([four('203.0.113.7')]);
  });

  it('says when a name leads nowhere', async () => {
    await expect(homeAddresses('nas.lan', answers())).rejects.toMatchObject({ fault: 'missing' });
    const failing = { allowOutside: false, resolve: () => Promise.reject(new Error('ENOTFOUND')) };
    await expect(homeAddresses('nas.lan', failing)).rejects.toMatchObject({ fault: 'missing' });
  });

  it.each([
    ['192.168.1.10', undefined],
    ['[fd00::1]', undefined],
    ['nas.lan', undefined],
    ['203.0.113.7', 'outside'],
    ['[2a02:810d::1]', 'outside'],
  ])('plain addresses are looked at without resolving: %s', (host, fault) => {
    const refused = () => refuseOutside(host, { allowOutside: false });
    if (fault) expect(refused).toThrow(expect.objectContaining({ fault }));
    else expect(refused).not.toThrow();
    expect(() => refuseOutside(host, { allowOutside: true })).not.toThrow();
  });

  it('looks again at each connection: a name that moved outside in between gets none', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    let moved = false;
    const lookup = homeLookup({
      allowOutside: false,
      resolve: async () => [four(moved ? '203.0.113.7' : '127.0.0.1')],
    });
    const attempt = () =>
      new Promise<string>((resolve) => {
        const socket = connect({ host: 'nas.lan', port, lookup });
        socket.once('connect', () => {
          socket.destroy();
          resolve('connected');
        });
        socket.once('error', (error) => resolve((error as { fault?: string }).fault ?? error.message));
      });
    expect(await attempt()).toBe('connected');
    moved = true;
    expect(await attempt()).toBe('outside');
    await new Promise((resolve) => server.close(resolve));
  });
});
