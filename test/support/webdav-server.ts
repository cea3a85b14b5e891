/** A real WebDAV server on loopback: `rclone serve webdav` of a folder. */
import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { selfSigned } from '../../simulator/self-signed.ts';
import { type NasServer, startNas } from './nas-server.ts';
import { obscured, type RemoteSettings, rcloneProgram } from './rclone.ts';

export interface WebdavServer extends NasServer {
  /** Of its root, without a slash at its end. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** SHA-256 of its certificate; only with `tls`. */
  readonly fingerprint: string | undefined;
  /** For rclone's configuration. */
  readonly remote: RemoteSettings;
}

export interface WebdavServerOptions {
  /** By https, with a certificate that it signed itself. */
  tls?: boolean;
  readOnly?: boolean;
}

const [username, password] = ['doorstep', 'a "good" pässword'];

/** Runs only in a `rcloneTest`. */
export async function startWebdav({
  tls = false,
  readOnly = false,
}: WebdavServerOptions = {}): Promise<WebdavServer> {
  const { key, cert } = selfSigned('nas.test', Date.now());
  const server = await startNas(async ({ served, own }) => {
    const [keyFile, certFile] = [join(own, 'key.pem'), join(own, 'cert.pem')];
    await writeFile(keyFile, key, { mode: 0o600 });
    await writeFile(certFile, cert);
    return {
      file: rcloneProgram(),
      args: (port) => [
        ...['serve', 'webdav', served, '--addr', `127.0.0.1:${port}`, '--dir-cache-time', '0s'],
        ...(tls ? ['--key', keyFile, '--cert', certFile] : []),
        ...(readOnly ? ['--read-only'] : []),
      ],
      env: { PATH: process.env.PATH ?? '', HOME: own, RCLONE_USER: username, RCLONE_PASS: password },
    };
  });
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${server.port}`;
  return Object.assign(server, {
    url,
    username,
    password,
    fingerprint: tls ? new X509Certificate(cert).fingerprint256 : undefined,
    remote: { type: 'webdav', url, vendor: 'other', user: username, pass: obscured(password) },
  });
}
