/** What those who speak with an MQTT broker have in common: how they connect, and what can be wrong with it. */
import { randomBytes } from 'node:crypto';
import type { IClientOptions } from 'mqtt';
import type { Problem } from '../../protocol/api.ts';
import { withoutSecrets } from '../system/log.ts';
import { reason } from '../system/problem.ts';

export interface BrokerLogin {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  url: string;
  /** Empty: none. */
  username: string;
  password: string;
}

const CONNECT_TIMEOUT_MS = 10_000;
const RECONNECT_MS = 5_000;
const KEEPALIVE_SECONDS = 30;

/** Connects again whenever the connection is lost; each time is a new session. */
export function clientOptions({ username, password }: Omit<BrokerLogin, 'url'>): IClientOptions {
  return {
    clientId: `doorstep-${randomBytes(6).toString('hex')}`,
    // Presses of a time when nobody listened are over.
    clean: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: RECONNECT_MS,
    keepalive: KEEPALIVE_SECONDS,
    // We subscribe ourselves on each connect, and see what the broker refuses.
    resubscribe: false,
    ...(username && { username }),
    ...(password && { password }),
  };
}

/** Codes 4 and 5 of MQTT 3.1.1, 134 and 135 of MQTT 5: a wrong name or password, not allowed. */
const REFUSED = new Set([4, 5, 134, 135]);

/** What an error of the connection means; `loss` is a clause: `triggers from it are not heard`. */
export function connectProblem(
  url: string,
  error: Error & { code?: number | string },
  loss: string,
): Problem {
  if (typeof error.code !== 'number' || !REFUSED.has(error.code))
    return unreachable(url, reason(error), loss);
  return {
    code: 'mqtt-refused',
    what: `The MQTT broker ${withoutSecrets(url)} refuses the user name or password.`,
    cure: 'Correct "mqtt.username" and "mqtt.password" in the plugin settings.',
  };
}

/** `why` in short, empty where it just keeps silent; `loss` as in {@link connectProblem}. */
export function unreachable(url: string, why: string, loss: string): Problem {
  return {
    code: 'mqtt-unreachable',
    what: `The MQTT broker ${withoutSecrets(url)} cannot be reached (${withoutSecrets(why || 'no answer')}); ${loss}.`,
    cure: 'Check its address and that it runs; Doorstep keeps trying.',
  };
}
