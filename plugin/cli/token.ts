/** `doorstep token create|list|revoke`: what each does, and how its result reads. Arguments and output belong to the caller. */
import { type NewToken, SCOPES, type Scope, type TokenInfo } from '../../protocol/api.ts';
import type { Auth } from '../api/auth.ts';
import { ProblemError } from '../system/problem.ts';

/** What a token may do when nothing else is asked for. */
const DEFAULT_SCOPES: readonly Scope[] = ['events'];

const LONGEST_NAME = 63;

/**
 * Creates a token. `scopes` is what was typed, `events,media`; left out, `events` alone.
 * @throws ProblemError `token-name`, `token-scopes`
 */
export function createToken(auth: Auth, options: { name?: string; scopes?: string }): NewToken {
  const name = options.name?.trim() ?? '';
  if (name === '' || name.length > LONGEST_NAME) {
    throw new ProblemError({
      code: 'token-name',
      what: `A token needs a name of 1 to ${LONGEST_NAME} characters.`,
      cure: 'Say what it is for: --name Node-RED',
    });
  }
  return auth.createToken({ name, scopes: parseScopes(options.scopes) });
}

/** The tokens in force, oldest first. */
export function listTokens(auth: Auth): TokenInfo[] {
  return auth.tokens();
}

/**
 * Revokes one token, by its id or by its name where only one has it. A running hub drops its connections within a second.
 * @throws ProblemError `token-unknown`, `token-ambiguous`
 */
export function revokeToken(auth: Auth, idOrName: string): TokenInfo {
  const tokens = auth.tokens();
  const byId = tokens.find(({ id }) => id === idOrName);
  const found = byId ? [byId] : tokens.filter(({ name }) => name === idOrName);
  if (found.length > 1) {
    throw new ProblemError({
      code: 'token-ambiguous',
      what: `${found.length} tokens are called "${idOrName}".`,
      cure: `Name one by its id: ${found.map(({ id }) => id).join(', ')}`,
    });
  }
  const revoked = found[0] && auth.revokeToken(found[0].id);
  if (!revoked) {
    throw new ProblemError({
      code: 'token-unknown',
      what: `There is no token "${idOrName}" in force.`,
      cure: 'See "doorstep token list" for those there are.',
    });
  }
  return revoked;
}

/** For a person at a terminal: the secret on a line of its own, to copy. */
export function newTokenText({ name, scopes, token }: NewToken): string {
  return `Token "${name}" may use: ${scopes.join(', ')}. It is shown this once:\n${token}`;
}

export function tokenListText(tokens: readonly TokenInfo[]): string {
  if (tokens.length === 0) return 'There are no tokens.';
  return tokens
    .map(({ id, name, scopes, createdAt, lastUsedAt }) =>
      [
        id,
        name,
        scopes.join(','),
        `created ${day(createdAt)}`,
        lastUsedAt ? `used ${day(lastUsedAt)}` : 'never used',
      ].join('  '),
    )
    .join('\n');
}

function parseScopes(typed: string | undefined): Scope[] {
  if (typed === undefined) return [...DEFAULT_SCOPES];
  const words = typed.split(',').map((word) => word.trim());
  return words.map((word) => {
    const scope = SCOPES.find((one) => one === word);
    if (scope) return scope;
    throw new ProblemError({
      code: 'token-scopes',
      what: `"${word}" is no scope.`,
      cure: `Name some of these, separated by commas: ${SCOPES.join(', ')}`,
    });
  });
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
