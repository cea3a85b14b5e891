import { expect, test } from 'vitest';
import { hashPassphrase, verifyPassphrase } from './passphrase.ts';

test('a passphrase opens its own hash only', async () => {
  const stored = await hashPassphrase('schöne Haustür');
  expect(stored).not.toContain('Haustür');
  expect(await verifyPassphrase('schöne Haustür', stored)).toBe(true);
  // The same letters, composed otherwise.
  expect(await verifyPassphrase('schöne Haustür'.normalize('NFD'), stored)).toBe(true);
  expect(await verifyPassphrase('schöne Haustur', stored)).toBe(false);
});

test('the cost is read from the stored hash', async () => {
  // RFC 7914, section 12: P "password", S "NaCl", N 1024, r 8, p 16, first 32 of 64 bytes.
  const key = Buffer.from('fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162', 'hex');
  const stored = `scrypt$1024$8$16$${Buffer.from('NaCl').toString('base64url')}$${key.toString('base64url')}`;
  expect(await verifyPassphrase('password', stored)).toBe(true);
});

test('an unknown form is an error, not a refusal', async () => {
  await expect(verifyPassphrase('x', 'plain')).rejects.toThrow('unknown form');
});
