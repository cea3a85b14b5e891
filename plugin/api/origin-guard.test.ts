import { expect, test } from 'vitest';
import { type RequestOrigin, refuseOrigin } from './origin-guard.ts';

const base: RequestOrigin = {
  method: 'GET',
  upgrade: false,
  cookie: false,
  page: false,
  host: '192.168.1.5:8586',
  origin: undefined,
  fetchSite: undefined,
  fetchMode: undefined,
};
const ours = 'http://192.168.1.5:8586';

test.each<[string, Partial<RequestOrigin>, ReturnType<typeof refuseOrigin>]>([
  ['a program reading', {}, undefined],
  ['a program posting with its token', { method: 'POST' }, undefined],
  ['a program opening a WebSocket with its token', { upgrade: true }, undefined],
  ['our page reading', { origin: ours, cookie: true, fetchSite: 'same-origin' }, undefined],
  ['our page posting', { method: 'POST', origin: ours, cookie: true, fetchSite: 'same-origin' }, undefined],
  ['our page opening a WebSocket', { upgrade: true, origin: ours, cookie: true }, undefined],
  ['our page behind an HTTPS proxy', { method: 'POST', origin: 'https://192.168.1.5:8586' }, undefined],
  ['the address bar', { fetchSite: 'none', fetchMode: 'navigate', cookie: true }, undefined],
  ['a link to the app', { page: true, fetchSite: 'cross-site', fetchMode: 'navigate' }, undefined],
  ['our picture element', { cookie: true, fetchSite: 'same-origin', fetchMode: 'no-cors' }, undefined],
  ['a foreign picture element', { cookie: true, fetchSite: 'cross-site' }, 'cross-origin'],
  ['a foreign frame of the API', { fetchSite: 'cross-site', fetchMode: 'navigate' }, 'cross-origin'],
  ['another port of this machine', { cookie: true, fetchSite: 'same-site' }, 'cross-origin'],
  ['a foreign script with a token', { origin: 'http://evil.example' }, 'cross-origin'],
  ['a foreign form', { method: 'POST', origin: 'http://evil.example', cookie: true }, 'cross-origin'],
  ['a sandboxed frame', { method: 'POST', origin: 'null', cookie: true }, 'cross-origin'],
  ['a foreign WebSocket', { upgrade: true, origin: 'http://evil.example', cookie: true }, 'cross-origin'],
  ['our name on another port', { upgrade: true, origin: 'http://192.168.1.5:1880' }, 'cross-origin'],
  ['our name as a prefix', { method: 'POST', origin: `${ours}.evil.example` }, 'cross-origin'],
  [
    'a foreign navigation that posts',
    { method: 'POST', page: true, fetchSite: 'cross-site' },
    'cross-origin',
  ],
  ['posting from the address bar', { method: 'POST', fetchSite: 'none' }, 'cross-origin'],
  ['a cookie that posts without an origin', { method: 'POST', cookie: true }, 'no-origin'],
  ['a cookie that deletes without an origin', { method: 'DELETE', cookie: true }, 'no-origin'],
  ['a cookie that upgrades without an origin', { upgrade: true, cookie: true }, 'no-origin'],
])('%s', (_name, change, refusal) => {
  expect(refuseOrigin({ ...base, ...change })).toBe(refusal);
});
