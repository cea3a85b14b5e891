/** Reads the bodies of replies: never more than was asked for, and never less without an error. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { reason } from '../../system/problem.ts';
import type { Sealed } from '../recording.ts';
import { TargetError } from './contract.ts';

/** A reply whose body was not read yet. */
interface Unread {
  body: IncomingMessage;
}

/** Whom one speaks with. */
export interface HttpPeer {
  /** In words, for messages. */
  host: string;
  /** Called as bytes move. */
  progress(): void;
}

/** What is read of a body that nobody needs, so that its connection can be used again. */
const MOST_DRAINED = 64 * 1024;

/** All of it; rejects with a `TargetError` when it is longer than `most` bytes, or ends early. */
export async function readAll({ body }: Unread, most: number, peer: HttpPeer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  await eachChunk(body, peer, (chunk) => {
    bytes += chunk.length;
    if (bytes > most)
      throw new TargetError('failed', `"${peer.host}" sent more than the ${most} bytes that may be.`);
    chunks.push(chunk);
    return false;
  });
  return Buffer.concat(chunks, bytes);
}

/** The bytes from `skip` on, at most `most` of them; what comes after is not waited for. */
export async function readStretch(
  { body }: Unread,
  skip: number,
  most: number,
  peer: HttpPeer,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let at = 0;
  await eachChunk(body, peer, (chunk) => {
    chunks.push(chunk.subarray(Math.max(0, skip - at), Math.max(0, skip + most - at)));
    at += chunk.length;
    return at >= skip + most;
  });
  return Buffer.concat(chunks);
}

/** Size and SHA-256 of all of it. Stops reading beyond `most` bytes; the size is then larger than it. */
export async function sealAll({ body }: Unread, most: number, peer: HttpPeer): Promise<Sealed> {
  const hash = createHash('sha256');
  let bytes = 0;
  await eachChunk(body, peer, (chunk) => {
    bytes += chunk.length;
    hash.update(chunk);
    return bytes > most;
  });
  return { bytes, sha256: hash.digest('hex') };
}

/** Gets a body out of the way. Never rejects. */
export async function drain({ body }: Unread): Promise<void> {
  let bytes = 0;
  await eachChunk(body, { host: '', progress() {} }, (chunk) => {
    bytes += chunk.length;
    return bytes > MOST_DRAINED;
  }).catch(() => {});
}

/** @param take true when that was enough; the connection is closed then */
async function eachChunk(
  body: IncomingMessage,
  { host, progress }: HttpPeer,
  take: (chunk: Buffer) => boolean,
): Promise<void> {
  try {
    // Leaving the loop early destroys the stream, and with it the connection.
    for await (const chunk of body as AsyncIterable<Buffer>) {
      progress();
      if (take(chunk)) return;
    }
  } catch (error) {
    body.destroy();
    throw networkFault(error, host, false);
  }
}

/** What a failed connection means. */
export function networkFault(error: unknown, host: string, aborted: boolean): TargetError {
  if (error instanceof TargetError) return error;
  if (aborted || (error instanceof Error && error.name === 'AbortError'))
    return new TargetError('failed', 'Cancelled.', { cause: error });
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  if (code.startsWith('HPE_') || code === 'EPROTO' || code.startsWith('ERR_SSL_'))
    return new TargetError(
      'failed',
      `"${host}" does not answer as a web server does at this port. Check the port, and http or https.`,
      { cause: error },
    );
  if (!/^E[A-Z]+$/.test(code))
    return new TargetError('failed', `"${host}": ${reason(error)}`, { cause: error });
  return new TargetError(
    'missing',
    `"${host}" does not answer (${code}). Check that it is on and reachable.`,
    { cause: error },
  );
}
