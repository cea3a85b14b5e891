/** A real Mosquitto on loopback. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';
import { type Child, startChild } from '../../plugin/system/child.ts';
import { type CertificateFiles, certificateFiles, makeCertificates } from './certificates.ts';
import { freePort } from './free-port.ts';

const PROGRAM = [
  process.env.MOSQUITTO,
  '/usr/sbin/mosquitto',
  '/usr/local/sbin/mosquitto',
  '/opt/homebrew/sbin/mosquitto',
].find((path) => path && existsSync(path));
const PASSWD = PROGRAM && join(PROGRAM, '../../bin/mosquitto_passwd');

const MISSING = 'No Mosquitto was found; name yours in the variable MOSQUITTO.';
const skips = !PROGRAM && !process.env.CI;
if (skips) console.warn(`${MISSING} The tests with an MQTT broker are skipped.`);

/** A test that needs a broker; skipped, with a word, on a machine without one. */
export const brokerTest = it.skipIf(skips);

export interface Broker extends AsyncDisposable {
  readonly url: string;
  /** Where it is asked by TLS: paths of PEM files, of the authority and of a client that it knows. */
  readonly files: CertificateFiles;
  stop(): Promise<void>;
  /** Again on the same port. */
  start(): Promise<void>;
}

export interface BrokerOptions {
  /** Without it, anybody may do anything. */
  user?: { name: string; password: string /** Topics that the user may read and write. */; topics: string[] };
  /** By TLS alone; `client`: only to those who show a certificate. */
  tls?: 'server' | 'client';
}

const TRIES = 5;

export async function startBroker({ user, tls }: BrokerOptions = {}): Promise<Broker> {
  if (!PROGRAM) throw new Error(MISSING);
  const program = PROGRAM;
  const folder = await mkdtemp(join(tmpdir(), 'doorstep-mqtt-'));
  // Run as root, Mosquitto becomes a user of its own, who has to read these.
  await chmod(folder, 0o755);
  const files = certificateFiles(folder);
  const settings = [
    ...(user ? await accessFiles(folder, user) : ['allow_anonymous true']),
    ...(tls ? await tlsSettings(folder, tls) : []),
  ];
  let child: Child | undefined;
  let port = 0;
  const start = async () => {
    for (let tries = 1; !child; tries++) {
      if (port === 0 || tries > 1) port = await freePort();
      const config = join(folder, 'mosquitto.conf');
      await writeFile(config, [`listener ${port} 127.0.0.1`, ...settings, ''].join('\n'));
      child = await running(program, config);
      if (!child && tries === TRIES) throw new Error('Mosquitto does not start.');
    }
  };
  const stop = async () => {
    await child?.stop();
    child = undefined;
  };
  await start();
  return {
    get url() {
      return `${tls ? 'mqtts' : 'mqtt'}://127.0.0.1:${port}`;
    },
    files,
    start,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Undefined when it ended at once, as it does when its port was taken meanwhile. */
async function running(program: string, config: string): Promise<Child | undefined> {
  const up = Promise.withResolvers<boolean>();
  const child = startChild(program, ['-c', config, '-v'], {
    onLine: (line) => /mosquitto version .* running/.test(line) && up.resolve(true),
  });
  void child.exited.then(() => up.resolve(false));
  return (await up.promise) ? child : undefined;
}

async function accessFiles(folder: string, user: NonNullable<BrokerOptions['user']>): Promise<string[]> {
  const passwords = join(folder, 'passwords');
  const access = join(folder, 'access');
  await writeFile(passwords, '');
  execFileSync(PASSWD ?? '', ['-b', passwords, user.name, user.password]);
  await chmod(passwords, 0o644);
  await writeFile(
    access,
    [`user ${user.name}`, ...user.topics.map((topic) => `topic readwrite ${topic}`), ''].join('\n'),
  );
  return ['allow_anonymous false', `password_file ${passwords}`, `acl_file ${access}`];
}

async function tlsSettings(folder: string, kind: 'server' | 'client'): Promise<string[]> {
  await makeCertificates(folder);
  const { ca, serverCert, serverKey } = certificateFiles(folder);
  return [
    ...[`cafile ${ca}`, `certfile ${serverCert}`, `keyfile ${serverKey}`],
    ...(kind === 'client' ? ['require_certificate true'] : []),
  ];
}
