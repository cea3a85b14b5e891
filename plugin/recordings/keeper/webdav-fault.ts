import { TargetError } from './contract.ts';

/**
 * What a refusal means.
 *
 * @param where the file or folder in words
 */
export function statusFault(status: number, where: string, doing: 'read' | 'write'): TargetError {
  const fault = (kind: TargetError['fault'], what: string) =>
    new TargetError(kind, `${where}: ${what} (HTTP ${status}).`);
  switch (status) {
    case 401:
    case 403:
      return fault('denied', 'this user has no right to do this; give it the right to read and write there');
    case 404:
    case 410:
      return fault('not-found', 'it is not there');
    case 405:
    case 423:
      if (doing === 'write')
        return fault('read-only', 'it cannot be written; the share is read-only, locked, or full');
      return fault('failed', 'the server does not speak WebDAV there; check the address');
    case 408:
    case 429:
    case 502:
    case 503:
    case 504:
      return fault('missing', 'the server cannot answer now');
    case 413:
      return fault('failed', 'the server or a proxy before it takes no file of this size; raise its limit');
    case 507:
      return fault('full', 'there is no room left');
    default:
      if (status < 400) return fault('failed', 'the server does not speak WebDAV there; check the address');
      return fault('failed', 'the server refuses it');
  }
}
