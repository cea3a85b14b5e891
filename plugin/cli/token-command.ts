import { authPath, openAuth } from '../api/auth.ts';
import { systemClock } from '../system/clock.ts';
import { createToken, listTokens, newTokenText, revokeToken, tokenListText } from './token.ts';

export interface TokenFlags {
  name?: string | undefined;
  scopes?: string | undefined;
  json: boolean;
}

/** `doorstep token …`; returns the exit code. Works whether or not the hub runs. */
export function token(
  homebridgeStorage: string,
  [action, target]: readonly string[],
  { name, scopes, json }: TokenFlags,
  print: (text: string) => void,
): number {
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
