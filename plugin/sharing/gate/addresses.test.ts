import { expect, test } from 'vitest';
import type { Channel } from '../contract.ts';
import { refuseAddress } from './recipient-address.ts';
import { refuseIp, refuseUrl } from './target-address.ts';

const long = 'a'.repeat(64);

test.each([['desk@police.example'], ['first.last+case-26@mail.police.example'], ['A_b-c@Example.org']])(
  'T12: %s is a mailbox',
  (address) => {
    expect(refuseAddress('email', address, false)).toBeUndefined();
  },
);

test.each([
  ...['a@b.example,c@d.example', 'a@b.example;c@d.example', 'a@b.example c@d.example', 'a@b@c.example'],
  ...['"a b"@c.example', '"a@b.example"@c.example', `o'brien@c.example`, 'a(comment)@b.example'],
  ...['a@b.example(comment)', 'a@(x)b.example', 'Desk <a@b.example>', '<a@b.example>', 'mailto:a@b.example'],
  ...['a@b.example\r\nBcc: c@d.example', 'a@b.example\n', '\ra@b.example', 'a@b.example\0', '\ta@b.example'],
  ...[' a@b.example', 'a@b.example ', 'a@b.example.', 'a@.b.example', 'a@b..example', '.a@b.example'],
  ...['a.@b.example', 'a..b@c.example', 'a@b', 'a@localhost', 'a@[127.0.0.1]', 'a@127.0.0.1', '@b.example'],
  ...['a@', '', 'a%c.example@b.example', 'b.example!a@c.example', '@b.example:a@c.example', 'a\\@b.example'],
  ...[
    'a@pоlice.example',
    'ä@b.example',
    'a@münchen.example',
    'a@b。example',
    'a＠b.example',
    'a@b.example\u200b',
  ],
  ...['a@xn--mnchen-3ya.example', 'a@mail.xn--pple-43d.com', 'a@-b.example', 'a@b-.example', 'a@b_c.example'],
  ...[
    `${long}a@b.example`,
    `a@${long}.example`,
    `a@${`${'b'.repeat(60)}.`.repeat(5)}example`,
    '-a@b.example',
  ],
  ...['a/b@c.example', 'a@b.example?cc=c@d.example', 'a@b.example/', 'undefined', '=?utf-8?q?a?=@b.example'],
])('T12: %j is none', (address) => {
  expect(refuseAddress('email', address, false)).toBe('not-an-e-mail-address');
  expect(refuseAddress('email', address, true)).toBe('not-an-e-mail-address');
});

test.each<[Channel, string, boolean]>([
  ['matrix', '!Abc123:matrix.example', true],
  ['matrix', '!Abc123:matrix.example:8448', true],
  ['matrix', '#street:matrix.example', false],
  ['matrix', '@ada:matrix.example', false],
  ['matrix', '!a:xn--pple-43d.com', false],
  ['matrix', '!a:b\n.example', false],
  ['matrix', '!a:127.0.0.1', false],
  ['package', '', true],
  ['package', '/mnt/usb', false],
])('%s takes %j: %s', (channel, address, taken) => {
  expect(refuseAddress(channel, address, false) === undefined).toBe(taken);
});

test.each([
  ...[
    '127.0.0.1',
    '127.1.2.3',
    '0.0.0.0',
    '169.254.169.254',
    '100.100.100.200',
    '224.0.0.1',
    '255.255.255.255',
  ],
  ...['198.18.0.1', '192.0.0.192', '::', '::1', '::ffff:7f00:1', '::ffff:127.0.0.1', '::127.0.0.1'],
  ...['64:ff9b::7f00:1', '2002:7f00:1::', '2001:0:1::', 'fe80::1', 'fec0::1', 'ff02::1', 'fd00:ec2::254'],
])('T7: nothing goes to %s, also not in the house', (address) => {
  expect([refuseIp(address, false), refuseIp(address, true)]).toEqual(['this-machine', 'this-machine']);
});

test.each(['10.0.0.1', '172.16.3.4', '192.168.1.1', '::ffff:192.168.1.1', 'fc00::1', 'fd12:3456::1'])(
  'T7: %s only where the owner says that it is in the house',
  (address) => {
    expect([refuseIp(address, false), refuseIp(address, true)]).toEqual(['in-the-house', undefined]);
  },
);

test.each(['9.9.9.9', '2620:fe::9', '172.32.0.1'])('T7: %s is outside', (address) => {
  expect(refuseIp(address, false)).toBeUndefined();
});

test.each(['', 'localhost', '1.2.3', '0x7f.0.0.1', 'fe80::1%eth0', '2130706433'])(
  'T7: %j is no address',
  (address) => expect(refuseIp(address, true)).toBe('not-an-address'),
);

test.each<[string, string | undefined, string | undefined]>([
  // URL, refused for, refused for where it is in the house
  ['https://cloud.example/dav/', undefined, undefined],
  ['https://cloud.example:8443/a?b=c', undefined, undefined],
  ['https://9.9.9.9/', undefined, undefined],
  ['http://cloud.example/', 'not-https', undefined],
  ['http://192.168.1.9:8080/hook', 'not-https', undefined],
  ['https://192.168.1.9/hook', 'in-the-house', undefined],
  ['https://[fd12::9]/hook', 'in-the-house', undefined],
  ['https://nas/hook', 'in-the-house', undefined],
  ['https://nas.local/hook', 'in-the-house', undefined],
  ['https://router.fritz.box/', 'in-the-house', undefined],
  ...[
    ...['https://127.0.0.1/', 'https://[::1]/', 'https://[::ffff:7f00:1]/', 'https://localhost/'],
    ...['https://x.localhost/', 'https://169.254.169.254/latest/', 'https://[fd00:ec2::254]/'],
  ].map((url): [string, string, string] => [url, 'this-machine', 'this-machine']),
  ...[
    ...[
      'https://2130706433/',
      'https://0x7f.1/',
      'https://0177.0.0.1/',
      'https://127.1/',
      'https://1.2.3.4./',
    ],
    ...['https://①②⑦.0.0.1/', 'https://pоlice.example/', 'https://xn--pple-43d.com/', 'https://localhost./'],
    ...[
      'https:/x.example/',
      'https:\\\\x.example/',
      'ftp://x.example/',
      'file:///etc/passwd',
      'javascript:1',
    ],
    ...[
      'https://x.example/\r\nHost: y',
      ' https://x.example/',
      'https://x.example/ ',
      'https://x\t.example/',
    ],
    ...['https://%6c%6f%63alhost/', 'https://[fe80::1%25eth0]/', 'https://x..example/', 'https:///', ''],
    ...['https://[::ffff:127.0.0.1]/', 'https://[0:0:0:0:0:0:0:1]/', '//x.example/', 'https://x_.example-/'],
  ].map((url): [string, string, string] => [url, 'not-an-address', 'not-an-address']),
  ...[
    'https://u:p@x.example/',
    'https://u@x.example/',
    'https://@x.example/',
    'https://x.example@127.0.0.1/',
  ].map((url): [string, string, string] => [url, 'has-password', 'has-password']),
  ['https://x.example/#key', 'has-fragment', 'has-fragment'],
])('T7: %j: %s, in the house: %s', (url, outside, inside) => {
  expect([refuseUrl(url, false), refuseUrl(url, true)]).toEqual([outside, inside]);
});
