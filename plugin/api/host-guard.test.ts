import { expect, test } from 'vitest';
import { hostName, knownHosts, refuseHost } from './host-guard.ts';

const known = knownHosts(
  'Pi.local',
  () => ({ eth0: [{ address: '203.0.113.9' }, { address: '2001:db8::9' }], gone: undefined }),
  ['Door.example.net.'],
);

test.each([
  ['localhost', undefined],
  ['localhost:8586', undefined],
  ['LOCALHOST.:8586', undefined],
  ['pi', undefined],
  ['pi.local:8586', undefined],
  ['door.example.net', undefined],
  ['127.0.0.1:8586', undefined],
  ['10.1.2.3', undefined],
  ['172.31.0.1', undefined],
  ['192.168.1.5:80', undefined],
  ['100.100.1.1', undefined],
  ['[::1]:8586', undefined],
  ['[fd00::1]', undefined],
  ['[fe80::1]:8586', undefined],
  ['[::ffff:192.168.1.5]', undefined],
  ['203.0.113.9:8586', undefined],
  ['[2001:db8::9]', undefined],
  [undefined, 'missing'],
  ['', 'missing'],
  ['evil.example', 'foreign'],
  ['evil.example:8586', 'foreign'],
  ['localhost.evil.example', 'foreign'],
  ['evil.local', 'foreign'],
  ['xlocalhost', 'foreign'],
  ['door.example.net.evil.example', 'foreign'],
  ['203.0.113.10', 'foreign'],
  ['172.32.0.1', 'foreign'],
  ['8.8.8.8', 'foreign'],
  ['[2001:db8::1]', 'foreign'],
  ['127.0.0.1.evil.example', 'foreign'],
  ['localhost@evil.example', 'foreign'],
  ['localhost:80:80', 'foreign'],
  ['localhost/evil', 'foreign'],
  ['2130706433', 'foreign'],
  ['0x7f.1', 'foreign'],
])('Host %s → %s', (host, refusal) => {
  expect(refuseHost(host, known)).toBe(refusal);
});

test.each([
  ['Front.local.:8586', 'front.local'],
  ['[::1]:80', '::1'],
  ['a b', undefined],
  ['[::1', undefined],
])('the name in %s is %s', (host, name) => {
  expect(hostName(host)).toBe(name);
});
