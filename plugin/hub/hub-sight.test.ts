/** The whole way: a real stream, the real watcher, events with their decisions. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startSimulator } from '../../simulator/simulator-process.ts';
import { descendantsOf } from '../../test/support/process-tree.ts';
import { readConfig } from '../read-config.ts';
import { startChild } from '../system/child.ts';
import { systemClock } from '../system/clock.ts';
import { Closing } from '../system/closing.ts';
import { startHub } from './hub.ts';

const GENEROUS = { timeout: 90_000, interval: 50 };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

test('what moves in the picture becomes an event, with a picture of why; and nothing is left', async () => {
  const closing = new Closing();
  try {
    const storage = mkdtempSync(join(tmpdir(), 'hub-sight-'));
    closing.defer(() => rmSync(storage, { recursive: true, force: true }));
    const doorbell = closing.use(
      await startSimulator({ size: '640x360', fps: 10, gopSeconds: 1, audio: 'none' }),
    );
    const camera = {
      ...{ name: 'Front door', main: doorbell.main, detect: doorbell.sub },
      detection: { people: false, packages: false },
    };
    const { config } = readConfig({
      platform: 'Doorstep',
      cameras: [camera],
      api: { port: 0, advertise: false },
    });
    const hub = closing.use(
      await startHub(
        {
          ...{ config, configProblems: [], homebridgeStorage: storage, uiRoot: storage, version: '0.0.0' },
          childBridge: false,
        },
        { clock: systemClock, log: quiet, startChild },
      ),
    );
    const { detection } = hub.services;
    const sight = () => detection.sight(hub.cameras[0]?.camera.ref.id ?? '');
    await expect.poll(async () => (await sight())?.at ?? 0, GENEROUS).toBeGreaterThan(0);
    void doorbell.visit().catch(() => {});
    const moved = () => hub.events.query({ kinds: ['motion'], limit: 9 }).at(-1);
    await expect.poll(moved, GENEROUS).toMatchObject({ phase: 'start', label: 'motion' });
    const [why] = detection.decisions({ eventId: moved()?.id ?? '', limit: 1 });
    expect(why).toMatchObject({ kind: 'motion', rule: 'moved', score: expect.any(Number) });
    const png = detection.decisionPicture(why?.id ?? '', 'after');
    expect(
      Buffer.from(png ?? [])
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect(hub.problems()).toEqual([]);
  } finally {
    await closing[Symbol.asyncDispose]();
  }
  expect(descendantsOf(process.pid)).toEqual([]);
}, 180_000);
