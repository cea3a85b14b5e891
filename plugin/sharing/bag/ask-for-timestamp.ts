import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { reason } from '../../system/problem.ts';
import type { TimestampAuthority } from './contract.ts';
import { derInteger } from './der.ts';
import { timestampFailed } from './problems.ts';
import { readTimestamp, timestampRequest } from './timestamp.ts';

/** Answers are a few thousand bytes. */
const LONGEST_ANSWER = 65_536;

/**
 * The authority's answer for these bytes, of which it gets the hash alone; looked at before it is taken. Rejects with a `ProblemError`
 * (`bag-timestamp-failed`), or with the signal's reason.
 */
export async function askForTimestamp(
  bytes: Buffer,
  authority: TimestampAuthority,
  signal: AbortSignal,
): Promise<Buffer> {
  const hash = createHash('sha256').update(bytes).digest();
  const nonce = randomBytes(8);
  try {
    const answer = Buffer.from(await authority.ask(timestampRequest(hash, nonce), signal));
    if (answer.length > LONGEST_ANSWER) throw new RangeError('its answer is too long');
    const found = readTimestamp(answer);
    if (found.sha256 !== hash.toString('hex')) throw new RangeError('it dated something else');
    if (!found.nonce?.equals(derInteger(nonce))) throw new RangeError('it answered another question');
    return answer;
  } catch (error) {
    signal.throwIfAborted();
    // What the network says may have an address in it, which is nobody's business in a log.
    throw timestampFailed(error instanceof RangeError ? reason(error) : 'it could not be asked', error);
  }
}

/** The certificate alone, without what may stand around it. Throws a `ProblemError` (`bag-timestamp-failed`) where it is none. */
export function plainCertificate(pem: string): string {
  try {
    return new X509Certificate(pem).toString();
  } catch (error) {
    throw timestampFailed('its certificate cannot be read', error);
  }
}
