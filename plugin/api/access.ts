import { SCOPES, type Scope } from '../../protocol/api.ts';

/** Who is asking: somebody of the household at a browser, or a program with a token. */
export type Caller =
  | { kind: 'session'; id: string }
  | { kind: 'token'; id: string; scopes: readonly Scope[] };

/** Who may use a route: anybody, the signed-in household alone, or also a token with this scope. */
export type Access = 'public' | 'household' | Scope;

/** `unauthorized`: say who you are; `forbidden`: you may not, whoever you are. */
export type AccessDecision = 'ok' | 'unauthorized' | 'forbidden';

/** Decides on one route. The household may do all that has a route; a token only what its scopes name. */
export function decideAccess(access: Access, caller: Caller | undefined): AccessDecision {
  if (access === 'public') return 'ok';
  if (!caller) return 'unauthorized';
  if (caller.kind === 'session') return 'ok';
  return access !== 'household' && caller.scopes.includes(access) ? 'ok' : 'forbidden';
}

export function scopesOf(caller: Caller): Scope[] {
  return caller.kind === 'session' ? [...SCOPES] : [...caller.scopes];
}
