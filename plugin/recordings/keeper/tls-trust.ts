/** Which certificate is trusted: one that the system's authorities vouch for, or the one whose fingerprint the owner wrote down. */
import { timingSafeEqual } from 'node:crypto';
import { isIP, type LookupFunction } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { TargetError } from './contract.ts';

export interface TlsPeer {
  /** Name or address; IPv6 without brackets. */
  host: string;
  port: number;
  lookup: LookupFunction;
  /** SHA-256 of the only certificate to trust, hex with or without colons. */
  fingerprint: string | undefined;
}

/** Calls back when the certificate has been looked at, before anything is sent; with a `TargetError` (`certificate`) for one not to be trusted. */
export function connectTrusted(peer: TlsPeer, done: (error: Error | null, socket: TLSSocket) => void): void {
  const { host, port, lookup } = peer;
  const socket = connect({
    host,
    port,
    lookup,
    // Looked at below: a refusal has to name the fingerprint.
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 && { servername: host }),
  });
  const fail = (error: Error) => done(error, socket);
  socket.once('error', fail);
  socket.once('secureConnect', () => {
    socket.removeListener('error', fail);
    const refusal = judge(socket, peer);
    if (!refusal) return done(null, socket);
    socket.destroy();
    done(refusal, socket);
  });
}

function judge(socket: TLSSocket, { host, fingerprint }: TlsPeer): TargetError | undefined {
  const shown = socket.getPeerCertificate().fingerprint256 ?? '';
  if (fingerprint === undefined) {
    if (socket.authorized) return undefined;
    return new TargetError(
      'certificate',
      `The certificate of "${host}" is not vouched for (${String(socket.authorizationError)}). If it is the NAS's own, write its fingerprint into the options: ${shown}`,
    );
  }
  if (isSameFingerprint(shown, fingerprint)) return undefined;
  return new TargetError(
    'certificate',
    `"${host}" shows another certificate than the one in the options. If you changed it yourself, write the new fingerprint there: ${shown}`,
  );
}

/** Compares two SHA-256 fingerprints, with or without colons, in constant time. */
export function isSameFingerprint(one: string, other: string): boolean {
  const [a, b] = [bytesOf(one), bytesOf(other)];
  return a.length === 32 && b.length === 32 && timingSafeEqual(a, b);
}

const bytesOf = (fingerprint: string) => Buffer.from(fingerprint.replaceAll(':', ''), 'hex');
