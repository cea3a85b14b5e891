import { expect, test } from 'vitest';
import { normalCode, randomCode, randomSecret, sameSecret } from './secret.ts';

test('a secret has 256 bits and never comes twice', () => {
  const secrets = new Set(Array.from({ length: 100 }, randomSecret));
  expect(secrets.size).toBe(100);
  for (const secret of secrets) expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
});

test('secrets compare by value, whatever their length', () => {
  expect(sameSecret('abc', 'abc')).toBe(true);
  expect(sameSecret('abc', 'abd')).toBe(false);
  expect(sameSecret('abc', 'abcd')).toBe(false);
  expect(sameSecret('', 'a')).toBe(false);
});

test('a code may be typed carelessly', () => {
  const code = randomCode();
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(normalCode(` ${code.toLowerCase().replace('-', ' ')}`)).toBe(code);
  expect(normalCode('kOil2xvd')).toBe('K011-2XVD');
});
