import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { authPath, openAuth } from '../api/auth.ts';
import { systemClock } from '../system/clock.ts';
import { ProblemError } from '../system/problem.ts';
import { createToken, listTokens, newTokenText, revokeToken, tokenListText } from './token.ts';

export interface TokenFlags {
  name?: string | undefined;
  scopes?: string | undefined;
  json: boolean;
}

/**
 * `doorstep token …`; returns the exit code. Works whether or not the hub runs.
 * @throws ProblemError `not-homebridge` for a folder that is not Homebridge's: a token made there would open nothing
 */
export function token(
  homebridgeStorage: string,
  [action, target]: readonly string[],
  { name, scopes, json }: TokenFlags,
  print: (text: string) => void,
): number {
  if (!existsSync(join(homebridgeStorage, 'config.json')))
    throw new ProblemError({
      code: 'not-homebridge',
      what: `Homebridge does not use the folder ${homebridgeStorage}.`,
      cure: 'Give the one with its config.json: -U <folder>.',
    });
  using auth = openAuth({ path: authPath(homebridgeStorage), clock: systemClock });
  const show = <T>(value: T, text: (value: T) => string) =>
    print(json ? JSON.stringify(value, null, 2) : text(value));
  switch (action) {
    case 'create':
      show(createToken(auth, { ...(name && { name }), ...(scopes && { scopes }) }), newTokenText);
      return 0;
    case 'list':
      show(listTokens(auth), tokenListText);
      return 0;
    case 'revoke':
      show(revokeToken(auth, target ?? ''), ({ name: revoked }) => `Token "${revoked}" is revoked.`);
      return 0;
    default:
      print('Say what to do: doorstep token create, list or revoke.');
      return 2;
  }
}
