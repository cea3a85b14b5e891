import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MediaFile } from '../recordings/contract.ts';
import { byteRange } from './byte-range.ts';
import { HttpProblem } from './problems.ts';

export interface MediaReplyOptions {
  type: string;
  /** Offers it as a download under this name. */
  fileName?: string;
}

/**
 * Answers with a finished file, or the range of it that was asked for. It never changes, but a browser must ask again, so that signing out ends its
 * reach.
 */
export async function sendMedia(
  request: FastifyRequest,
  reply: FastifyReply,
  file: MediaFile,
  { type, fileName }: MediaReplyOptions,
): Promise<FastifyReply> {
  const etag = `"${file.etag}"`;
  reply
    .header('cache-control', 'private, no-cache')
    .header('accept-ranges', 'bytes')
    .header('etag', etag)
    .header('last-modified', new Date(file.modifiedAt).toUTCString())
    .type(type);
  if (fileName) reply.header('content-disposition', attachment(fileName));
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  const ifRange = request.headers['if-range'];
  const asked = ifRange === undefined || ifRange === etag ? request.headers.range : undefined;
  const range = byteRange(asked, file.bytes);
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${file.bytes}`);
    throw new HttpProblem(416, {
      code: 'range-not-satisfiable',
      what: 'The range lies beyond the end of the file.',
      cure: `Ask for bytes below ${file.bytes}.`,
    });
  }
  const { from, to } = range ?? { from: 0, to: file.bytes };
  if (range) reply.code(206).header('content-range', `bytes ${from}-${to - 1}/${file.bytes}`);
  reply.header('content-length', to - from);
  // With a stream, Fastify leaves the length of a HEAD as it is.
  if (request.method === 'HEAD') return reply.send(Readable.from([]));
  const stop = new AbortController();
  request.raw.once('close', () => stop.abort());
  reply.raw.once('close', () => stop.abort());
  return reply.send(await begun(file.read(from, to, stop.signal)));
}

/** Answers with what is made while it is sent, as a download; its size is known, its middle cannot be asked for. */
export function sendMade(
  reply: FastifyReply,
  { bytes, stream, fileName }: { bytes: number; stream: NodeJS.ReadableStream; fileName: string },
  type: string,
): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .header('accept-ranges', 'none')
    .header('content-length', bytes)
    .header('content-disposition', attachment(fileName))
    .type(type)
    .send(stream);
}

/** A stream whose first bytes are there already: what cannot be read at all is still answered with an error. */
async function begun(parts: AsyncIterable<Buffer>): Promise<Readable> {
  const iterator = parts[Symbol.asyncIterator]();
  const first = await iterator.next();
  return Readable.from(
    (async function* () {
      if (first.done) return;
      yield first.value;
      yield* { [Symbol.asyncIterator]: () => iterator };
    })(),
    { objectMode: false },
  );
}

/** RFC 6266, with a plain name for old browsers. */
function attachment(fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\]/g, '_');
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(fileName).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}`;
}
