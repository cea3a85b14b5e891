import { describe, expect, it } from 'vitest';
import { digestHeader, readChallenges } from './digest.ts';

const RFC_7616 =
  'realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"';
const MUFASA = {
  user: 'Mufasa',
  password: 'Circle of Life',
  method: 'GET',
  uri: '/dir/index.html',
  count: 1,
};
const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';

function answer(headers: string[]): string {
  const [challenge] = readChallenges(headers);
  if (!challenge) throw new Error('It was not understood.');
  return digestHeader({ parameters: challenge.parameters, ...MUFASA, cnonce });
}

describe('the answer to a Digest challenge', () => {
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
    // By hand with md5sum: MD5(MD5(user:realm:password):nonce:cnonce) stands in the place of the first part.
    ['MD5-sess', 'e783283f46242139c486a698fec7211d'],
  ])('is that of RFC 7616, section 3.9.1 (%s)', (algorithm, response) => {
    const header = answer([`Digest ${RFC_7616}, algorithm=${algorithm}`]);
    expect(header).toContain(`response="${response}"`);
    expect(header).toContain(`algorithm=${algorithm}`);
    expect(header).toContain('qop=auth, nc=00000001');
  });

  it('prefers the stronger hash, in whatever order they come', () => {
    const both = [`Digest ${RFC_7616}, algorithm=MD5`, `digest ${RFC_7616}, algorithm=SHA-256`];
    expect(answer(both)).toContain('algorithm=SHA-256');
    expect(answer(both.reverse())).toContain('algorithm=SHA-256');
  });
});
