import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keyIdOf, openSigner, rawPublicKey, readPublicKey, signedBy } from './keys.ts';
import { refuseOpenToOthers } from './private-folder.ts';

let home: string;
let folder: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'keys-'));
  folder = join(home, 'sharing', 'keys');
});
afterEach(() => rmSync(home, { recursive: true }));

const problem = (code: string) => expect.objectContaining({ problem: expect.objectContaining({ code }) });
const mode = (path: string) => statSync(path).mode & 0o777;

test('the key is made once, for its owner alone', () => {
  expect(readPublicKey(folder)).toBeUndefined();
  const made = openSigner(folder);
  const before = readFileSync(join(folder, 'signing-key.pem'), 'utf8');
  const again = openSigner(folder);
  expect(again.keyId).toBe(made.keyId);
  expect(readFileSync(join(folder, 'signing-key.pem'), 'utf8')).toBe(before);
  expect(readPublicKey(folder)).toBe(made.publicKeySsh);
  expect(readdirSync(folder).sort()).toEqual(['signing-key.pem', 'signing-key.pub']);
  expect([mode(folder), mode(join(folder, 'signing-key.pem'))]).toEqual([0o700, 0o600]);
});

test('ssh-keygen knows the key, by the same fingerprint', () => {
  const { keyId } = openSigner(folder);
  const shown = execFileSync('ssh-keygen', ['-lf', join(folder, 'signing-key.pub')], { encoding: 'utf8' });
  expect(shown.split(' ')[1]).toBe(keyId);
});

test('a signature is that of these bytes and this key', () => {
  const signer = openSigner(folder);
  const bytes = Buffer.from('what is shared');
  const signature = signer.sign(bytes);
  expect(signature).toHaveLength(64);
  expect(signedBy(signer.publicKeySsh, bytes, signature)).toBe(true);
  expect(signedBy(`${signer.publicKeySsh} owner@house`, bytes, signature)).toBe(true);
  expect(signedBy(signer.publicKeySsh, Buffer.from('what is Shared'), signature)).toBe(false);
  expect(signedBy(openSigner(join(home, 'other')).publicKeySsh, bytes, signature)).toBe(false);
  expect(keyIdOf(signer.publicKeySsh)).toBe(signer.keyId);
});

test.each(['', 'ssh-ed25519', 'ssh-ed25519 AAAA', 'ssh-rsa AAAAB3NzaC1yc2E=', 'nonsense of three words'])(
  '"%s" is no key, and nothing is signed by it',
  (text) => {
    expect(rawPublicKey(text)).toBeUndefined();
    expect(keyIdOf(text)).toBeUndefined();
    expect(signedBy(text, Buffer.from('a'), Buffer.alloc(64))).toBe(false);
  },
);

test.each([
  ['signing-key.pem', 0o640, 'chmod 600'],
  ['signing-key.pem', 0o602, 'chmod 600'],
  ['.', 0o750, 'chmod 700'],
])('%s with mode %o is refused, and left as it is', (name, given, cure) => {
  openSigner(folder);
  const path = join(folder, name);
  chmodSync(path, given);
  expect(() => openSigner(folder)).toThrow(problem('sharing-open'));
  expect(() => openSigner(folder)).toThrow(cure);
  expect(mode(path)).toBe(given);
});

test('what belongs to somebody else is refused', () => {
  openSigner(folder);
  const other = (process.getuid?.() ?? 0) + 1;
  expect(() => refuseOpenToOthers(folder, '700', other)).toThrow(problem('sharing-open'));
});

test.each([
  ['empty', ''],
  ['of another kind', generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' })],
])('a key file that is %s is said, kept, and not quoted', (_, text) => {
  openSigner(folder);
  const path = join(folder, 'signing-key.pem');
  writeFileSync(path, text);
  expect(() => openSigner(folder)).toThrow(problem('signing-key-damaged'));
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('the public half is written again where it is lost', () => {
  const { publicKeySsh } = openSigner(folder);
  rmSync(join(folder, 'signing-key.pub'));
  openSigner(folder);
  expect(readPublicKey(folder)).toBe(publicKeySsh);
});
