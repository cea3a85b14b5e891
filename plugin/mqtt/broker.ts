/** How we connect to an MQTT broker, and what can be wrong with it. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { IClientOptions } from 'mqtt';
import type { Problem } from '../../protocol/api.ts';
import { withoutSecrets } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';

export interface BrokerLogin {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  url: string;
  /** Empty: none. */
  username: string;
  password: string;
  /** Paths of PEM files, for `mqtts://` and `wss://`: who signed the broker's certificate; our own, and its key. */
  ca?: string;
  cert?: string;
  key?: string;
}

const CONNECT_TIMEOUT_MS = 10_000;
const KEEPALIVE_SECONDS = 30;

/**
 * Connects again whenever the connection is lost; each time is a new session. A certificate is always verified.
 * @throws ProblemError `mqtt-file`, `mqtt-not-encrypted`
 */
export async function clientOptions(login: BrokerLogin): Promise<IClientOptions> {
  const { username, password } = login;
  return {
    clientId: `doorstep-${randomBytes(6).toString('hex')}`,
    // Presses of a time when nobody listened are over.
    clean: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepalive: KEEPALIVE_SECONDS,
    // We subscribe ourselves on each connect, and see what the broker refuses.
    resubscribe: false,
    rejectUnauthorized: true,
    ...(username && { username }),
    ...(password && { password }),
    ...(await certificates(login)),
  };
}

async function certificates(login: BrokerLogin): Promise<Pick<IClientOptions, 'ca' | 'cert' | 'key'>> {
  const names = (['ca', 'cert', 'key'] as const).filter((name) => login[name] !== undefined);
  if (names.length > 0 && !/^(mqtts|wss):/.test(login.url)) throw new ProblemError(notEncrypted(login.url));
  if ((login.cert === undefined) !== (login.key === undefined))
    throw new ProblemError(unusable('"mqtt.cert" and "mqtt.key" belong together, and one is missing'));
  const files = await Promise.all(names.map(async (name) => [name, await pem(name, login[name] ?? '')]));
  const all: Pick<IClientOptions, 'ca' | 'cert' | 'key'> = Object.fromEntries(files);
  try {
    createSecureContext(all);
  } catch (error) {
    throw new ProblemError(unusable(`"mqtt.cert" and "mqtt.key" do not fit (${reason(error)})`), {
      cause: error,
    });
  }
  return all;
}

async function pem(name: string, path: string): Promise<Buffer> {
  const cannot = (why: string) => new ProblemError(unusable(`the file of "mqtt.${name}", ${path}, ${why}`));
  const bytes = await readFile(path).catch((error) => {
    throw cannot(`cannot be read (${reason(error)})`);
  });
  if (!bytes.includes('-----BEGIN ')) throw cannot('is no PEM file');
  return bytes;
}

function notEncrypted(url: string): Problem {
  return {
    code: 'mqtt-not-encrypted',
    what: `The MQTT broker ${withoutSecrets(url)} is not asked: there is a certificate, and this address is not encrypted.`,
    cure: 'Write "mqtts://" in "mqtt.url", or remove "mqtt.ca", "mqtt.cert" and "mqtt.key".',
  };
}

function unusable(why: string): Problem {
  return {
    code: 'mqtt-file',
    what: `The MQTT broker is not asked: ${why}.`,
    cure: 'Correct the paths, and let the user that runs Homebridge read the files; then restart.',
  };
}

/** Codes 4 and 5 of MQTT 3.1.1, 134 and 135 of MQTT 5: a wrong name or password, not allowed. */
const REFUSED = new Set([4, 5, 134, 135]);

/** What an error of the connection means. */
export function connectProblem(url: string, error: Error & { code?: number | string }): Problem {
  const { code } = error;
  if (typeof code === 'string')
    return certificateProblem(url, code, error) ?? unreachable(url, error.message);
  if (code === undefined || !REFUSED.has(code)) return unreachable(url, error.message);
  return {
    code: 'mqtt-refused',
    what: `The MQTT broker ${withoutSecrets(url)} refuses the user name or password.`,
    cure: 'Correct "mqtt.username" and "mqtt.password" in the plugin settings.',
  };
}

/** What Node says of certificates, by the start of its error codes, with the cure for each. */
const CERTIFICATES: readonly [RegExp, what: string, cure: string][] = [
  [
    /^ERR_TLS_CERT_ALTNAME/,
    'shows a certificate for another name',
    'Write the name that stands in the certificate in "mqtt.url".',
  ],
  [/^CERT_HAS_EXPIRED/, 'shows a certificate that has expired', 'Renew it at the broker.'],
  [
    /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_)/,
    'shows a certificate that nobody known here has signed',
    'Give the PEM file of the authority that signed it as "mqtt.ca".',
  ],
  [
    /^ERR_SSL_.*(ALERT|HANDSHAKE)/,
    'refuses the encrypted connection; it may want a certificate of ours',
    'Give one that it accepts as "mqtt.cert" and "mqtt.key".',
  ],
];

function certificateProblem(
  url: string,
  code: string,
  { message, reason: why = message }: Error & { reason?: string },
): Problem | undefined {
  const known = CERTIFICATES.find(([pattern]) => pattern.test(code));
  if (!known) return undefined;
  return {
    code: 'mqtt-certificate',
    what: `The MQTT broker ${withoutSecrets(url)} ${known[1]} (${why}).`,
    cure: known[2],
  };
}

/** `why` in short, empty where it just keeps silent. */
export function unreachable(url: string, why: string): Problem {
  return {
    code: 'mqtt-unreachable',
    what: `The MQTT broker ${withoutSecrets(url)} cannot be reached (${withoutSecrets(why || 'no answer')}); nothing is told or heard there.`,
    cure: 'Check its address and that it runs; Doorstep keeps trying.',
  };
}

/** It does not let us hear these. */
export function notAllowed(topics: readonly string[]): Problem {
  return {
    code: 'mqtt-not-allowed',
    what: `The MQTT broker does not let this user read ${topics.map((topic) => `"${topic}"`).join(', ')}.`,
    cure: 'Allow it in the access list of the broker, or use another user.',
  };
}
