import { expect, test } from 'vitest';
import { CLOSE, type EventFrame } from '../../protocol/api.ts';
import { faultOfClose, faultOfError, faultOfHello, faultOfReply, faultOfToken, needsEdit } from './fault.ts';

const hello = (over: object) =>
  ({
    ...{ type: 'hello', protocol: 1, minProtocol: 1, version: '9.9.9', hub: 'a', lastSeq: 0 },
    ...{ scopes: ['events'], cameras: [] },
    ...over,
  }) as Extract<EventFrame, { type: 'hello' }>;

test.each([
  [{}, undefined],
  [{ protocol: 3, minProtocol: 1 }, undefined],
  [{ protocol: 0, minProtocol: 0 }, 'hub-too-old'],
  [{ protocol: 3, minProtocol: 2 }, 'nodes-too-old'],
  [{ scopes: ['media'] }, 'not-permitted'],
])('hello with %j: %s', (over, code) => {
  expect(faultOfHello(hello(over))?.code).toBe(code);
});

test.each([
  ['', 'no-token'],
  ['dst_abc', undefined],
  ['dst abc', 'bad-token'],
  ['dst_abc\r\nx: y', 'bad-token'],
  ['dst_ü', 'bad-token'],
])('token %j: %s', (token, code) => {
  expect(faultOfToken(token)?.code).toBe(code);
});

const reply = (code: string) => JSON.stringify({ error: { code, what: 'What.', cure: 'Cure.' } });

test.each([
  [401, reply('unauthorized'), 'bad-token'],
  [401, 'go away', 'bad-token'],
  [403, reply('forbidden'), 'not-permitted'],
  [403, reply('cross-origin'), 'turned-away'],
  [421, reply('host-unknown'), 'turned-away'],
  [429, reply('too-many-attempts'), 'not-now'],
  [404, reply('no-such-camera'), 'no-camera-there'],
  [404, reply('not-found'), 'nothing-there'],
  [409, reply('privacy-on'), 'not-now'],
  [503, reply('camera-offline'), 'not-now'],
  [404, '<h1>nginx</h1>', 'not-doorstep'],
  [200, '', 'not-doorstep'],
  [500, '{"error":{"code":1}}', 'not-doorstep'],
])('HTTP %i with %s: %s', (status, body, code) => {
  expect(faultOfReply(status, body).code).toBe(code);
});

test('what the hub says about it is passed on', () => {
  expect(faultOfReply(421, reply('host-unknown')).detail).toBe('What. Cure.');
});

test.each([
  [CLOSE.unauthorized, 'bad-token', true],
  [CLOSE.forbidden, 'not-permitted', true],
  [CLOSE.tooSlow, 'lost', false],
  [1006, 'lost', false],
])('close %i: %s', (close, code, edit) => {
  const fault = faultOfClose(close);
  expect([fault.code, needsEdit(fault)]).toEqual([code, edit]);
});

test.each([
  ['ECONNREFUSED', 'refused'],
  ['ENOTFOUND', 'not-found'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ECONNRESET', 'lost'],
  ['HPE_INVALID_CONSTANT', 'not-doorstep'],
])('%s: %s', (code, fault) => {
  expect(faultOfError(Object.assign(new Error(''), { code }))).toEqual({ code: fault, detail: code });
});
