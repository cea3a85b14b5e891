import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerTo } from './error-reply.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** Answers on a bare connection, where there is no reply object yet: a refused upgrade, a request that is no HTTP. */
export function refuseRaw(stream: Duplex, error: unknown): void {
  if (!stream.writable) {
    stream.destroy();
    return;
  }
  const { status, headers: own, body } = answerTo(error);
  const text = JSON.stringify(body);
  const headers = {
    ...SECURITY_HEADERS,
    ...own,
    connection: 'close',
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // A client that keeps its own half open would hold the connection for ever.
  stream.once('finish', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${text}`);
}

/** What Node's HTTP parser gave up on, with the status that it stands for. */
export function parserProblem({ code, message }: NodeJS.ErrnoException): Error {
  const statusCode = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[code ?? ''] ?? 400;
  return Object.assign(new Error(message), { statusCode });
}
