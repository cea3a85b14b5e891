/** User and password as HTTP wants them: nothing until the server asks, then Digest where it is offered, else Basic. */
import { randomBytes } from 'node:crypto';
import { type Challenge, digestHeader, readChallenges } from '../../camera/digest.ts';

export interface HttpLogin {
  /** Value for `Authorization`; undefined while nobody asked. */
  header(method: string, uri: string): string | undefined;
  /**
   * What the server said with a 401. True when it is worth asking again.
   *
   * @param tried the header that was refused
   */
  challenged(challenges: readonly string[], tried: string | undefined): boolean;
}

export function createLogin(user: string, password: string): HttpLogin {
  let challenge: Challenge | undefined;
  let count = 0;
  return {
    header(method, uri) {
      if (!challenge) return undefined;
      if (challenge.scheme === 'basic')
        return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
      const { parameters } = challenge;
      const cnonce = randomBytes(12).toString('hex');
      return digestHeader({ parameters, user, password, method, uri, count: ++count, cnonce });
    },
    challenged(challenges, tried) {
      const [best] = user === '' && password === '' ? [] : readChallenges(challenges);
      if (!best) return false;
      const again = tried === undefined || isNewNonce(best, tried);
      if (again) {
        challenge = best;
        count = 0;
      }
      return again;
    },
  };
}

/** A nonce runs out now and then; the same one refused is a wrong password. */
function isNewNonce({ scheme, parameters }: Challenge, tried: string): boolean {
  if (scheme !== 'digest') return false;
  return !tried.startsWith('Digest ') || parameters.get('stale')?.toLowerCase() === 'true';
}
