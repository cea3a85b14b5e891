import { expect, test } from 'vitest';
import { type Caller, decideAccess } from './access.ts';

const session: Caller = { kind: 'session', id: 's' };
const events: Caller = { kind: 'token', id: 't', scopes: ['events'] };
const all: Caller = { kind: 'token', id: 't', scopes: ['events', 'media', 'control', 'share:request'] };

test.each([
  ['public', undefined, 'ok'],
  ['public', events, 'ok'],
  ['events', undefined, 'unauthorized'],
  ['events', events, 'ok'],
  ['events', session, 'ok'],
  ['media', events, 'forbidden'],
  ['media', all, 'ok'],
  ['control', session, 'ok'],
  ['household', undefined, 'unauthorized'],
  ['household', all, 'forbidden'],
  ['household', session, 'ok'],
] as const)('%s for %o is %s', (access, caller, decision) => {
  expect(decideAccess(access, caller)).toBe(decision);
});
