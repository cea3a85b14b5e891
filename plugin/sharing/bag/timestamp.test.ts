import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bagHouse } from '../../../test/support/bag-house.ts';
import { makeAuthority } from '../../../test/support/timestamp-authority.ts';
import { askForTimestamp, plainCertificate } from './ask-for-timestamp.ts';
import type { TimestampAuthority } from './contract.ts';
import { readTimestamp, timestampRequest } from './timestamp.ts';

const house = bagHouse();
const { signal } = new AbortController();
const data = Buffer.from('what is dated\n');
const hash = createHash('sha256').update(data).digest();
let authority: TimestampAuthority;

beforeAll(async () => {
  authority = await makeAuthority(join(house.root, 'authority'));
});
afterAll(() => house[Symbol.dispose]());

it('asks in the very bytes that OpenSSL asks in', () => {
  writeFileSync(join(house.root, 'data'), data);
  const args = ['ts', '-query', '-data', 'data', '-sha256', '-cert', '-no_nonce'];
  expect(timestampRequest(hash)).toEqual(execFileSync('openssl', args, { cwd: house.root, stdio: 'pipe' }));
});

it('has its nonce read by OpenSSL', () => {
  writeFileSync(join(house.root, 'query'), timestampRequest(hash, Buffer.from('00ff0102', 'hex')));
  const text = execFileSync('openssl', ['ts', '-query', '-in', 'query', '-text'], {
    cwd: house.root,
    stdio: 'pipe',
  });
  expect(text.toString()).toMatch(/Nonce: 0xFF0102[\s\S]*Certificate required: yes/);
});

it('takes an answer to its own question, and knows what it dates and when', async () => {
  const answer = await askForTimestamp(data, authority, signal);
  const { sha256, at } = readTimestamp(answer);
  expect(sha256).toBe(hash.toString('hex'));
  expect(Math.abs(at - Date.now())).toBeLessThan(120_000);
});

const answering = (ask: TimestampAuthority['ask']): TimestampAuthority => ({ ...authority, ask });

it.each<[string, () => TimestampAuthority, RegExp]>([
  [
    'no answer',
    () => answering(() => Promise.reject(new Error('https://key@tsa.example'))),
    /could not be asked/,
  ],
  ['a web page', () => answering(async () => Buffer.from('<html>')), /no timestamp that can be used/],
  ['too much', () => answering(async () => randomBytes(70_000)), /too long/],
  [
    'the answer to another hash',
    () => answering(() => authority.ask(timestampRequest(randomBytes(32)), signal)),
    /dated something else/,
  ],
  [
    'an old answer',
    () => answering(() => authority.ask(timestampRequest(hash, Buffer.of(1, 2, 3)), signal)),
    /another question/,
  ],
  [
    'a refusal',
    () => answering(() => authority.ask(Buffer.from('300102', 'hex'), signal)),
    /did not grant|could not be asked/,
  ],
])('says what is wrong with %s, without an address', async (_, from, words) => {
  const failure = await askForTimestamp(data, from(), signal).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    problem: { code: 'bag-timestamp-failed' },
    message: expect.stringMatching(words),
  });
  expect(String(failure)).not.toContain('tsa.example');
});

it('hands on the reason when it is called off', async () => {
  const off = AbortSignal.abort(new Error('enough'));
  await expect(
    askForTimestamp(
      data,
      answering(() => Promise.reject(new Error('x'))),
      off,
    ),
  ).rejects.toThrow('enough');
});

it('puts the certificate alone into the bag', () => {
  expect(plainCertificate(`key: secret\n${authority.certificate}`)).toBe(authority.certificate);
  expect(() => plainCertificate('none')).toThrow(/certificate cannot be read/);
});

it('throws nothing but RangeError for an answer with any one byte changed', async () => {
  const answer = await askForTimestamp(data, authority, signal);
  for (let at = 0; at < answer.length; at++) {
    const changed = Buffer.from(answer);
    changed.writeUInt8((answer[at] ?? 0) ^ 0x21, at);
    try {
      readTimestamp(changed);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
    }
  }
});
