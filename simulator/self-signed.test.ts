import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { selfSigned } from './self-signed.ts';

const NOW = Date.UTC(2026, 10, 22, 6, 0, 0);

it('makes a certificate that Node reads, for its own key, signed by itself, valid now', () => {
  const { key, cert } = selfSigned('127.0.0.1', NOW);
  const certificate = new X509Certificate(cert);
  expect(certificate.subject).toBe('CN=127.0.0.1');
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(key).toContain('BEGIN PRIVATE KEY');
  expect(Date.parse(certificate.validFrom)).toBeLessThan(NOW);
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(NOW + 9 * 365 * 24 * 60 * 60 * 1000);
});

it('writes names of any length', () => {
  for (const length of [1, 64, 200, 300]) {
    const name = 'n'.repeat(length);
    expect(new X509Certificate(selfSigned(name, NOW).cert).subject).toBe(`CN=${name}`);
  }
});
