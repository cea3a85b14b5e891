/** A whole hub at a real broker: its camera is away, what is said over MQTT is not. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'mqtt';
import { expect, vi } from 'vitest';
import { FakeWatcher } from '../../test/support/fake-watcher.ts';
import { HomeAssistant } from '../../test/support/home-assistant.ts';
import { brokerTest, startBroker } from '../../test/support/mosquitto.ts';
import { readConfig } from '../read-config.ts';
import { startChild } from '../system/child.ts';
import { systemClock } from '../system/clock.ts';
import { Closing } from '../system/closing.ts';
import { startHub } from './hub.ts';

const PATIENCE = { timeout: 30_000, interval: 20 };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

brokerTest(
  'a press by MQTT rings in Home Assistant, and privacy by its switch holds until it is switched off',
  async () => {
    const closing = new Closing();
    try {
      const storage = mkdtempSync(join(tmpdir(), 'hub-mqtt-'));
      closing.defer(() => rmSync(storage, { recursive: true, force: true }));
      const { url } = closing.use(await startBroker());
      const here = closing.use(await HomeAssistant.start(url));
      const { config, problems } = readConfig({
        ...{
          platform: 'Doorstep',
          name: 'Our hub',
          api: { port: 0, advertise: false },
          ffmpegPath: '/nowhere',
        },
        mqtt: { url, topic: 'house/doorstep', commands: true, pictures: true },
        cameras: [
          { name: 'Front door', main: 'rtsp://127.0.0.1:1/main', mqtt: [{ topic: 'bell', kind: 'ring' }] },
        ],
      });
      expect(problems).toEqual([]);
      const hub = closing.use(
        await startHub(
          {
            ...{ config, configProblems: [], homebridgeStorage: storage, uiRoot: storage, version: '0.0.0' },
            childBridge: false,
          },
          { clock: systemClock, log: quiet, startChild, watcher: new FakeWatcher() },
        ),
      );
      await vi.waitFor(() => expect(here.devices.size).toBe(2), PATIENCE);
      await vi.waitFor(() => expect(here.entity('_privacy').state).toBe('off'), PATIENCE);
      const button = connect(url);
      closing.defer(() => button.endAsync(true));
      const press = () => button.publishAsync('bell', '', { qos: 1 });
      await press();
      await vi.waitFor(() => expect(here.entity('_doorbell').events).toHaveLength(1), PATIENCE);

      await here.order('_privacy', 'ON');
      await vi.waitFor(() => expect(here.entity('_privacy').state).toBe('on'), PATIENCE);
      await vi.waitFor(() => expect(hub.cameras[0]?.camera.state.privacy).toBe(true), PATIENCE);
      await press();
      await here.order('_privacy', 'OFF');
      await vi.waitFor(() => expect(here.entity('_privacy').state).toBe('off'), PATIENCE);
      await here.order('_snooze', 'PRESS');
      await vi.waitFor(() => expect(here.entity('_armed').state).toBe('off'), PATIENCE);
      expect(hub.events.query({ kinds: ['doorbell'], limit: 9 })).toHaveLength(1);
      expect(hub.problems().filter(({ code }) => code.startsWith('mqtt'))).toEqual([]);
      expect(here.complaints).toEqual([]);

      await hub[Symbol.asyncDispose]();
      await vi.waitFor(() => expect(here.entity('_doorbell').available).toBe(false), PATIENCE);
    } finally {
      await closing[Symbol.asyncDispose]();
    }
  },
  60_000,
);
