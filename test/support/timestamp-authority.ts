/** A timestamp authority (RFC 3161) of our own, run by OpenSSL. It stands on no network. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TimestampAuthority } from '../../plugin/sharing/bag/contract.ts';

const openssl = promisify(execFile);
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

const CONFIG = `
[req]
distinguished_name = name
[name]
[tsa]
default_tsa = here
[here]
serial = ./serial
crypto_device = builtin
signer_cert = ./tsa.pem
certs = ./root.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
`;

/** Its keys and certificates are made in `folder`. */
export async function makeAuthority(folder: string): Promise<TimestampAuthority> {
  mkdirSync(folder);
  const run = (...args: string[]) => openssl('openssl', args, { cwd: folder });
  writeFileSync(join(folder, 'tsa.cnf'), CONFIG);
  writeFileSync(join(folder, 'serial'), '01\n');
  const make = (name: string, ...options: string[]) =>
    run(
      ...['req', '-x509', '-config', 'tsa.cnf', '-days', '2', '-subj', `/CN=Doorstep test ${name}`, ...KEY],
      ...['-keyout', `${name}.key`, '-out', `${name}.pem`, ...options],
    );
  await make('root', '-addext', 'basicConstraints=critical,CA:TRUE');
  await make(
    ...([
      'tsa',
      '-CA',
      'root.pem',
      '-CAkey',
      'root.key',
      '-addext',
      'basicConstraints=critical,CA:FALSE',
    ] as const),
    ...['-addext', 'extendedKeyUsage=critical,timeStamping'],
  );
  let asked = 0;
  return {
    certificate: readFileSync(join(folder, 'root.pem'), 'utf8'),
    async ask(request) {
      const [question, answer] = [`${++asked}.tsq`, `${asked}.tsr`];
      writeFileSync(join(folder, question), request);
      await run('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', question, '-out', answer);
      return readFileSync(join(folder, answer));
    },
  };
}
