import { expect, it } from 'vitest';
import { digestResponse, isAuthorized } from './digest-auth.ts';

const credentials = { user: 'Mufasa', password: 'Circle Of Life' };
const challenge = { realm: 'testrealm@host.com', nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093' };
const request = { ...credentials, ...challenge, method: 'GET', uri: '/dir/index.html' };

/** The worked example of RFC 2617, section 3.5. */
const EXAMPLE =
  'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", ' +
  'uri="/dir/index.html", qop=auth, nc=00000001, cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1"';

function answer(response: string): string {
  const { user, realm, nonce, uri } = request;
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}"`;
}

it('accepts the example of the RFC', () => {
  expect(isAuthorized(EXAMPLE, 'GET', credentials, challenge)).toBe(true);
});

it('accepts an answer without qop, as RTSP clients send it', () => {
  expect(isAuthorized(answer(digestResponse(request)), 'GET', credentials, challenge)).toBe(true);
});

it.each([
  ['no header', undefined, 'GET', credentials, challenge],
  ['another scheme', 'Basic TXVmYXNhOkNpcmNsZQ==', 'GET', credentials, challenge],
  ['an empty answer', 'Digest ', 'GET', credentials, challenge],
  ['another method', EXAMPLE, 'POST', credentials, challenge],
  ['another password', EXAMPLE, 'GET', { ...credentials, password: 'circle of life' }, challenge],
  ['another user', EXAMPLE, 'GET', { ...credentials, user: 'Scar' }, challenge],
  ['an old nonce', EXAMPLE, 'GET', credentials, { ...challenge, nonce: 'new' }],
  ['a made-up response', answer('0'.repeat(32)), 'GET', credentials, challenge],
] as const)('refuses %s', (_name, header, method, who, asked) => {
  expect(isAuthorized(header, method, who, asked)).toBe(false);
});
