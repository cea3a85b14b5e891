/** What hap-controller does not offer to the outside: the session's secret, and timed writes (HAP specification R2, 6.7.2.4). */
import { randomBytes } from 'node:crypto';
import type { HttpClient } from 'hap-controller';

interface Connection {
  put(path: string, body: Buffer): Promise<{ statusCode: number; body: Buffer }>;
}

interface Internals {
  pairingProtocol?: { pairVerify?: { sharedSecret?: unknown } };
  getDefaultVerifiedConnection(): Promise<Connection>;
}

/** How long an accessory waits for the write after it was announced. */
const TTL_MS = 5000;

/** The secret of the session that was opened last. */
export function sharedSecretOf(client: HttpClient): Buffer {
  const secret = internals(client).pairingProtocol?.pairVerify?.sharedSecret;
  if (!Buffer.isBuffer(secret)) throw new Error('The session with the accessory has no secret.');
  return secret;
}

/** Announces a write and does it. @throws Error with the status when it is refused */
export async function writeTimed(client: HttpClient, key: string, value: unknown): Promise<void> {
  const connection = await internals(client).getDefaultVerifiedConnection();
  const pid = randomBytes(4).readUInt32LE() + 1;
  const put = async (path: string, body: object) => {
    const reply = await connection.put(path, Buffer.from(JSON.stringify(body)));
    if (reply.statusCode >= 300) throw new Error(`${path} gave status ${reply.statusCode}.`);
    const { status, characteristics } = reply.body.length > 0 ? JSON.parse(reply.body.toString()) : {};
    const failed = status || characteristics?.[0]?.status;
    if (failed) throw new Error(`Writing ${key} gave status ${failed}.`);
  };
  await put('/prepare', { pid, ttl: TTL_MS });
  const [aid, iid] = key.split('.').map(Number);
  await put('/characteristics', { pid, characteristics: [{ aid, iid, value }] });
}

function internals(client: HttpClient): Internals {
  return client as unknown as Internals;
}
