/** An authority of our own, and certificates that it signed; made by OpenSSL. */
import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Paths of PEM files. */
export interface CertificateFiles {
  ca: string;
  serverCert: string;
  serverKey: string;
  clientCert: string;
  clientKey: string;
}

export function certificateFiles(folder: string): CertificateFiles {
  return {
    ca: join(folder, 'ca.pem'),
    serverCert: join(folder, 'server.pem'),
    serverKey: join(folder, 'server.key'),
    clientCert: join(folder, 'client.pem'),
    clientKey: join(folder, 'client.key'),
  };
}

const openssl = promisify(execFile);
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** The server's is for 127.0.0.1. Anybody may read the files. */
export async function makeCertificates(folder: string): Promise<void> {
  const files = certificateFiles(folder);
  const caKey = join(folder, 'ca.key');
  const make = (cert: string, key: string, name: string, ...options: string[]) =>
    openssl('openssl', [
      ...['req', '-x509', '-days', '2', '-subj', `/CN=${name}`, ...KEY],
      ...['-keyout', key, '-out', cert, ...options],
    ]);
  await make(files.ca, caKey, 'Doorstep test authority');
  const signed = ['-CA', files.ca, '-CAkey', caKey, '-addext', 'basicConstraints=critical,CA:FALSE'];
  await make(
    files.serverCert,
    files.serverKey,
    'broker',
    ...signed,
    '-addext',
    'subjectAltName=IP:127.0.0.1',
  );
  await make(files.clientCert, files.clientKey, 'doorstep', ...signed);
  await Promise.all(Object.values(files).map((path) => chmod(path, 0o644)));
}
