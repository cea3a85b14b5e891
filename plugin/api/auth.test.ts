import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Clock, systemClock } from '../system/clock.ts';
import { type Auth, openAuth } from './auth.ts';

const DAY = 24 * 3600_000;
let folder: string;
let path: string;
let now: number;
const opened: Auth[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doorstep-auth-'));
  path = join(folder, 'doorstep', 'auth.sqlite');
  now = 1_790_000_000_000;
});
afterEach(() => {
  for (const auth of opened.splice(0)) auth[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

/** Real timers, a time of day that the test sets. */
function open(clock: Clock = { ...systemClock, now: () => now }): Auth {
  const auth = openAuth({ path, clock });
  opened.push(auth);
  return auth;
}

test('a hub is claimed once, with the code from its log', async () => {
  const auth = open();
  const code = auth.claimCode() ?? '';
  expect(auth.claimed).toBe(false);
  expect(await auth.claim('0000-0000', 'our front door')).toBe('wrong-code');
  expect(await auth.checkPassphrase('our front door')).toBe(false);
  expect(await auth.claim(code.toLowerCase().replace('-', ''), 'our front door')).toBe('ok');
  expect(auth.claimed).toBe(true);
  expect(auth.claimCode()).toBeUndefined();
  expect(await auth.claim(code, 'somebody else')).toBe('already-claimed');
  expect(await auth.checkPassphrase('our front door')).toBe(true);
  expect(await auth.checkPassphrase('somebody else')).toBe(false);
});

test('of two claims at the same moment one wins', async () => {
  const auth = open();
  const code = auth.claimCode() ?? '';
  const results = await Promise.all([auth.claim(code, 'first of two'), auth.claim(code, 'second of two')]);
  expect(results.sort()).toEqual(['already-claimed', 'ok']);
});

test('a session lasts 90 days from its last use', () => {
  const auth = open();
  const secret = auth.openSession();
  now += 80 * DAY;
  expect(auth.session(secret)).toMatchObject({ kind: 'session' });
  now += 80 * DAY;
  const caller = auth.session(secret);
  expect(caller).toBeDefined();
  now += 91 * DAY;
  expect(auth.session(secret)).toBeUndefined();
  expect(caller && auth.stillValid(caller)).toBe(false);
});

test('signing out and changing the passphrase end sessions', async () => {
  const auth = open();
  const [first, second] = [auth.openSession(), auth.openSession()];
  const caller = auth.session(first);
  if (caller) auth.endSession(caller.id);
  expect(auth.session(first)).toBeUndefined();
  expect(auth.session(second)).toBeDefined();
  await auth.setPassphrase('a new passphrase');
  expect(auth.session(second)).toBeUndefined();
  expect(await auth.checkPassphrase('a new passphrase')).toBe(true);
});

test('a token works until it is revoked, and one more time is not', () => {
  const auth = open();
  const { token, id } = auth.createToken({ name: 'Node-RED', scopes: ['events', 'events', 'media'] });
  expect(token).toMatch(/^dst_[\w-]{43}$/);
  expect(auth.token(token)).toEqual({ kind: 'token', id, scopes: ['events', 'media'] });
  expect(auth.tokens()).toEqual([
    { id, name: 'Node-RED', scopes: ['events', 'media'], createdAt: now, lastUsedAt: now },
  ]);
  expect(auth.token(`${token}x`)).toBeUndefined();
  expect(auth.token('')).toBeUndefined();
  expect(auth.revokeToken(id)).toMatchObject({ id, revokedAt: now });
  expect(auth.revokeToken(id)).toBeUndefined();
  expect(auth.token(token)).toBeUndefined();
  expect(auth.stillValid({ kind: 'token', id, scopes: [] })).toBe(false);
  expect(auth.tokens()).toEqual([]);
});

test('the file is for its owner alone and holds no secret', async () => {
  const auth = open();
  await auth.setPassphrase('our front door');
  const { token } = auth.createToken({ name: 'x', scopes: ['events'] });
  const secret = auth.openSession();
  const files = readdirSync(join(folder, 'doorstep'));
  expect(files).toContain('auth.sqlite-wal');
  for (const file of files) {
    const whole = join(folder, 'doorstep', file);
    expect(statSync(whole).mode & 0o777, file).toBe(0o600);
    const bytes = readFileSync(whole);
    for (const word of ['our front door', token, token.slice(4), secret])
      expect(bytes.includes(word)).toBe(false);
  }
  expect(statSync(join(folder, 'doorstep')).mode & 0o777).toBe(0o700);
});

test('what another process does counts here, and is told within a second or so', async () => {
  const hub = open();
  const command = open();
  const { token, id } = command.createToken({ name: 'x', scopes: ['events'] });
  expect(hub.token(token)).toBeDefined();
  const told = vi.fn();
  const unlisten = hub.onChange(told);
  command.revokeToken(id);
  expect(hub.token(token)).toBeUndefined();
  await vi.waitFor(() => expect(told).toHaveBeenCalled(), { timeout: 20_000 });
  unlisten();
});

test('our own changes are told at once', () => {
  const auth = open();
  const told = vi.fn();
  const unlisten = auth.onChange(told);
  const { id } = auth.createToken({ name: 'x', scopes: ['events'] });
  expect(told).not.toHaveBeenCalled();
  auth.revokeToken(id);
  expect(told).toHaveBeenCalledTimes(1);
  unlisten();
});

test('a file that cannot be used is one clear problem', () => {
  writeFileSync(join(folder, 'doorstep'), 'a file where the folder should be');
  expect(() => open()).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ code: 'auth-unavailable' }) }),
  );
});
