import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Auth, openAuth } from '../api/auth.ts';
import { systemClock } from '../system/clock.ts';
import { createToken, listTokens, newTokenText, revokeToken, tokenListText } from './token.ts';

let folder: string;
let auth: Auth;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doorstep-token-'));
  auth = openAuth({ path: join(folder, 'auth.sqlite'), clock: systemClock });
});
afterEach(() => {
  auth[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

test('a new token has the scopes that were typed, and its secret is shown once', () => {
  const token = createToken(auth, { name: ' Node-RED ', scopes: 'events, media' });
  expect(token).toMatchObject({ name: 'Node-RED', scopes: ['events', 'media'] });
  expect(newTokenText(token).split('\n').at(-1)).toBe(token.token);
  expect(auth.token(token.token)).toMatchObject({ scopes: ['events', 'media'] });
  expect(JSON.stringify(listTokens(auth))).not.toContain(token.token);
  expect(tokenListText(listTokens(auth))).toContain('Node-RED  events,media');
});

test('without scopes it is for events alone', () => {
  expect(createToken(auth, { name: 'x' }).scopes).toEqual(['events']);
});

test.each([
  [{}, 'token-name'],
  [{ name: '  ' }, 'token-name'],
  [{ name: 'x'.repeat(64) }, 'token-name'],
  [{ name: 'x', scopes: '' }, 'token-scopes'],
  [{ name: 'x', scopes: 'events,everything' }, 'token-scopes'],
])('%o is refused: %s', (options, code) => {
  expect(() => createToken(auth, options)).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ code }) }),
  );
  expect(listTokens(auth)).toEqual([]);
});

test('a token is revoked by id or by a name that only one has', () => {
  const [first, second] = [createToken(auth, { name: 'a' }), createToken(auth, { name: 'a' })];
  expect(() => revokeToken(auth, 'a')).toThrow(first.id);
  revokeToken(auth, first.id);
  expect(auth.token(first.token)).toBeUndefined();
  revokeToken(auth, 'a');
  expect(auth.token(second.token)).toBeUndefined();
  expect(() => revokeToken(auth, 'a')).toThrow('no token');
  expect(tokenListText(listTokens(auth))).toBe('There are no tokens.');
});
