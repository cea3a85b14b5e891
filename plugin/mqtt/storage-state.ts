/** Tells an MQTT broker how storage is: one retained message, which the broker keeps for whoever asks later. */
import { connect, type MqttClient } from 'mqtt';
import type { Problem } from '../../protocol/api.ts';
import { type FollowStorageDeps, followStorage, type StorageSource } from '../recordings/follow-storage.ts';
import { atMost } from '../system/clock.ts';
import { reason } from '../system/problem.ts';
import { type BrokerLogin, clientOptions } from './broker.ts';
import { BrokerTrouble } from './broker-trouble.ts';
import { type StorageMessage, storageMessage, UNKNOWN, worthTelling } from './storage-message.ts';

export const STORAGE_TOPIC = 'doorstep/storage';

export interface StorageTeller extends AsyncDisposable {
  /** Why nothing is told now. */
  readonly problem: Problem | undefined;
}

const LOSS = 'how storage is, is not told there';
const RETAINED = { qos: 1, retain: true } as const;
/** A broker that is slower than this learns of our end by the last will. */
const FAREWELL_MS = 2000;

/** Connects, and connects again whenever the connection is lost, until it is disposed. Never throws. */
export function tellStorage(
  login: BrokerLogin,
  storage: StorageSource,
  { clock, log }: FollowStorageDeps,
): StorageTeller {
  const trouble = new BrokerTrouble(login.url, LOSS, log);
  let client: MqttClient;
  try {
    const will = { topic: STORAGE_TOPIC, payload: Buffer.from(JSON.stringify(UNKNOWN)), ...RETAINED };
    client = connect(login.url, { ...clientOptions(login), will });
  } catch (error) {
    trouble.failed(error);
    return { problem: trouble.problem, [Symbol.asyncDispose]: async () => {} };
  }

  let known: StorageMessage | undefined;
  let told: StorageMessage | undefined;
  const tell = async (message: StorageMessage) => {
    // Whatever is missed while the broker is away, it is told anew when it is back.
    if (!client.connected) return;
    told = message;
    await client.publishAsync(STORAGE_TOPIC, JSON.stringify(message), RETAINED).catch((error) => {
      log.debug(`MQTT: how storage is was not taken: ${reason(error)}`);
    });
  };
  client.on('connect', () => {
    trouble.over('MQTT: storage is told again.');
    if (known) void tell(known);
  });
  trouble.follow(client);
  const stop = followStorage(storage, { clock, log }, (info, why) => {
    known = storageMessage(info);
    if (worthTelling(known, told, why)) void tell(known);
  });
  return {
    get problem() {
      return trouble.problem;
    },
    async [Symbol.asyncDispose]() {
      stop();
      await atMost(clock, FAREWELL_MS, tell(UNKNOWN));
      await client.endAsync(true);
    },
  };
}
