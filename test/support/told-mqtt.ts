/** MQTT of a hub that a test tells what to be, with real brokers, what stands for Home Assistant, and somebody who hears all. */
import { connect } from 'mqtt';
import { expect, vi } from 'vitest';
import { type Mqtt, type MqttOptions, openMqtt } from '../../plugin/mqtt/mqtt.ts';
import { type Clock, systemClock } from '../../plugin/system/clock.ts';
import { Closing } from '../../plugin/system/closing.ts';
import type { TextFile } from '../../plugin/system/text-file.ts';
import { HomeAssistant } from './home-assistant.ts';
import { startBroker } from './mosquitto.ts';
import { FakeToldHub } from './told-hub.ts';

export const PATIENCE = { timeout: 20_000, interval: 10 };
export const until = (check: () => void) => vi.waitFor(check, PATIENCE);

/** A file in memory. */
export function memory(): TextFile {
  let text: string | undefined;
  return {
    read: () => text,
    write: (next) => {
      text = next;
    },
  };
}

export interface Opening extends Partial<MqttOptions> {
  url: string;
  hub?: FakeToldHub;
  file?: TextFile;
  clock?: Clock;
}

/** Somebody who hears all. */
export interface Listener {
  /** Of each topic the last. */
  heard: Map<string, string>;
  say(topic: string, payload: string, retain?: boolean): Promise<unknown>;
}

/** All that is opened with it ends with `end`, after each test. */
export function toldMqtt() {
  let closing = new Closing();
  return {
    broker: async () => closing.use(await startBroker()),
    assistant: async (...args: Parameters<typeof HomeAssistant.start>) =>
      closing.use(await HomeAssistant.start(...args)),

    async open({ url, hub = new FakeToldHub(), file = memory(), clock = systemClock, ...options }: Opening) {
      const logged: string[] = [];
      const note = (line: string) => void logged.push(line);
      const log = { debug() {}, info: note, warn: note, error: note };
      const mqtt: Mqtt = openMqtt(
        {
          ...{ url, username: '', password: '', topic: 'doorstep', discoveryPrefix: 'homeassistant' },
          ...{ homeAssistant: true, pictures: false, commands: false, ...options },
        },
        { hub, triggers: [] },
        { file, clock, log, reconnectMs: 50 },
      );
      closing.use(mqtt);
      await mqtt.ready;
      return { mqtt, hub, logged };
    },

    /** Comes now, and stays. */
    async listen(url: string): Promise<Listener> {
      const heard = new Map<string, string>();
      const client = connect(url, { reconnectPeriod: 50 });
      closing.defer(() => client.endAsync(true));
      client.on('message', (topic, payload) => heard.set(topic, payload.toString()));
      await new Promise<void>((resolve) => {
        client.on('connect', () => void client.subscribeAsync('#', { qos: 1 }).then(() => resolve()));
      });
      return {
        heard,
        say: (topic, payload, retain = false) => client.publishAsync(topic, payload, { qos: 1, retain }),
      };
    },

    async end() {
      await closing[Symbol.asyncDispose]();
      closing = new Closing();
    },
  };
}

/** A topic says this in the end. */
export const hears = ({ heard }: Pick<Listener, 'heard'>, topic: string, payload: string) =>
  until(() => expect(heard.get(topic)).toBe(payload));
