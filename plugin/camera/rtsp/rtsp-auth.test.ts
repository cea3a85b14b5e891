import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChallenges } from '../digest.ts';
import { Authorizer, isRenewed } from './rtsp-auth.ts';

const login = { user: 'Mufasa', password: 'Circle of Life' };

/** RFC 7616, 3.9.1; RFC 2617, 3.5 has the password in another case. */
const RFC_7616 =
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=ALGORITHM, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';

function answer(header: string, method: string, uri: string, cnonce = ''): string {
  const [challenge] = readChallenges([header]);
  if (!challenge) throw new Error('It was not understood.');
  return new Authorizer(challenge, login, () => cnonce).header(method, uri);
}

describe('the answer to a camera that wants a password', () => {
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('is that of RFC 7616 (%s)', (algorithm, response) => {
    const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
    const header = answer(RFC_7616.replace('ALGORITHM', algorithm), 'GET', '/dir/index.html', cnonce);
    expect(header).toContain(`response="${response}"`);
    expect(header).toContain('qop=auth, nc=00000001, ');
    expect(header).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
  });

  it('has no counter for a camera of the old kind (RFC 2069)', () => {
    const header = answer('Digest realm="IP Camera", nonce="abc", stale="FALSE"', 'DESCRIBE', 'rtsp://cam/1');
    expect(header).toMatch(
      /^Digest username="Mufasa", realm="IP Camera", nonce="abc", uri="rtsp:\/\/cam\/1", response="[0-9a-f]{32}"$/,
    );
  });

  it('counts the requests that use a nonce', () => {
    const [challenge] = readChallenges(['Digest realm="a", nonce="b", qop="auth"']);
    if (!challenge) throw new Error('It was not understood.');
    const authorizer = new Authorizer(challenge, login);
    authorizer.header('OPTIONS', '*');
    expect(authorizer.header('OPTIONS', '*')).toContain('nc=00000002');
  });

  it('is Basic where nothing else is offered', () => {
    expect(answer('Basic realm="a"', 'DESCRIBE', 'x')).toBe(
      `Basic ${Buffer.from('Mufasa:Circle of Life').toString('base64')}`,
    );
  });
});

describe('the challenges of a camera', () => {
  it.each([
    [
      'the safest first',
      ['Basic realm="a"', 'Digest realm="a", nonce="b"', 'Digest realm="a", nonce="b", algorithm=SHA-256'],
      ['SHA-256', undefined, 'basic'],
    ],
    ['two in one header', ['Digest realm="a, b", nonce="c", Basic realm="d"'], [undefined, 'basic']],
    [
      'nothing that cannot be answered',
      [
        'Digest realm="a", nonce="b", algorithm=SHA-512-256',
        'Digest realm="a"',
        'Negotiate',
        'Digest realm="a", nonce="b", qop="auth-int"',
      ],
      [],
    ],
  ])('are read: %s', (_name, headers, expected) => {
    const found = readChallenges(headers);
    expect(
      found.map(({ scheme, parameters }) => (scheme === 'basic' ? scheme : parameters.get('algorithm'))),
    ).toEqual(expected);
  });

  it.each([
    ['a stale nonce', 'Digest realm="a", nonce="b", stale=true', true],
    ['another nonce', 'Digest realm="a", nonce="c"', true],
    ['the same again', 'Digest realm="a", nonce="b"', false],
    ['Basic again', 'Basic realm="a"', false],
  ])('are worth another answer: %s', (_name, header, renewed) => {
    const [before] = readChallenges([header.startsWith('Basic') ? header : 'Digest realm="a", nonce="b"']);
    const [next] = readChallenges([header]);
    if (!before || !next) throw new Error('It was not understood.');
    expect(isRenewed(before, next)).toBe(renewed);
  });

  it('throw nothing, whatever comes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const challenge of readChallenges([
          text,
          `Digest ${text}`,
          `Digest realm="a", nonce="b", ${text}`,
        ])) {
          new Authorizer(challenge, login).header('PLAY', text);
        }
      }),
    );
  });
});
