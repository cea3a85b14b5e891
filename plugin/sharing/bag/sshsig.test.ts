import { expect, it } from 'vitest';
import { fixedSigner } from '../../../test/support/bag-house.ts';
import { isSigned, signedText } from './sshsig.ts';

const signer = fixedSigner(7);
const { publicKeySsh } = signer;
const namespace = 'doorstep-evidence-bag';
const message = Buffer.from('a line\n');

/** By `ssh-keygen -Y sign` of OpenSSH 9.2 with the same key: Ed25519 has one signature for one message. */
const BY_OPENSSH = `-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg6kpsY+KcUgq+9VB7Ey7F+ZVHdq
6+vnuSQh7qaRRG0iwAAAAVZG9vcnN0ZXAtZXZpZGVuY2UtYmFnAAAAAAAAAAZzaGE1MTIA
AABTAAAAC3NzaC1lZDI1NTE5AAAAQKOtTuh5v4b995dg1hodw1gWH1yfSG+yONycAwMZI0
s7NPl4dsZV9yQkALA1iJH5M/UxG5Mj9yOU1e/u0mPdNQA=
-----END SSH SIGNATURE-----
`;

it('writes what ssh-keygen writes, byte for byte, and takes it', () => {
  expect(signedText(message, namespace, signer)).toBe(BY_OPENSSH);
  expect(isSigned(message, BY_OPENSSH, { publicKeySsh, namespace })).toBe(true);
});

it.each<[string, Parameters<typeof isSigned>]>([
  ['another message', [Buffer.from('a line'), BY_OPENSSH, { publicKeySsh, namespace }]],
  ['another purpose', [message, BY_OPENSSH, { publicKeySsh, namespace: 'file' }]],
  ['another key', [message, BY_OPENSSH, { publicKeySsh: fixedSigner(8).publicKeySsh, namespace }]],
  ['no key', [message, BY_OPENSSH, { publicKeySsh: 'ssh-rsa AAAA', namespace }]],
  ['a changed signature', [message, BY_OPENSSH.replace('s7NPl4', 's7NPl5'), { publicKeySsh, namespace }]],
  ['a cut signature', [message, BY_OPENSSH.replace(/s7NPl4.*\n/, ''), { publicKeySsh, namespace }]],
  ['another armour', [message, BY_OPENSSH.replaceAll('SSH', 'PGP'), { publicKeySsh, namespace }]],
  ['nothing', [message, '', { publicKeySsh, namespace }]],
])('refuses %s', (_, args) => {
  expect(isSigned(...args)).toBe(false);
});
