import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { SecureVideoStatus } from '../../protocol/api.ts';
import { PlayedCamera } from '../../test/support/homekit-camera.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { storageFacts } from '../../test/support/storage-facts.ts';
import { type RunFileHub, readRunFile, startRunFile } from './run-file.ts';
import { makeStorageFolder, storageFolder } from './storage-folder.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const READY: SecureVideoStatus = {
  ...{ armed: true, prebufferMs: 4000, recording: false },
  line: 'Armed by the Home app; 4 s of prebuffer ready.',
};

let homebridgeStorage: string;
let clock: ManualClock;
let about: ReturnType<RunFileHub['services']['about']>;
/** How often the status was taken. */
let taken: number;

beforeAll(async () => {
  homebridgeStorage = await mkdtemp(join(tmpdir(), 'doorstep-run-file-'));
  makeStorageFolder(storageFolder(homebridgeStorage));
});
afterAll(() => rm(homebridgeStorage, { recursive: true, force: true }));
beforeEach(() => {
  clock = new ManualClock();
  about = { armed: true, packages: [], secureVideo: READY };
  taken = 0;
});

const ref = { id: '01CAMERA', name: 'Front door', slug: 'front-door' };
const camera = new PlayedCamera(ref, () => Promise.reject(new Error('off')));

function start() {
  const hub: RunFileHub = {
    ...{ api: undefined, hooksKey: '', problems: () => [], cameras: [{ camera }] },
    services: {
      about: () => about,
      clips: {
        async storage() {
          taken++;
          return storageFacts('/clips');
        },
      },
    },
  };
  return startRunFile({ homebridgeStorage, hub, accessories: [], version: '1.2.3', clock, log: quiet });
}

/** Lets this much time go by, and what is then written be written. */
async function pass(ms: number) {
  clock.advance(ms);
  await new Promise((resolve) => setImmediate(resolve));
}
const written = () => readRunFile(homebridgeStorage)?.cameras[0];

it('tells soon of a change of secure video, and of a switch', async () => {
  using _file = start();
  await pass(100);
  expect(written()?.secureVideo).toEqual(READY);

  about = { armed: true, packages: [], secureVideo: { ...READY, recording: true, line: 'Recording now.' } };
  await pass(2000);
  expect(written()?.secureVideo?.line).toBe('Recording now.');
  about = { ...about, armed: false };
  await pass(2000);
  expect(written()?.armed).toBe(false);
});

it('does not write for how much prebuffer there is just now, but once in a while', async () => {
  using _file = start();
  await pass(100);
  for (const seconds of [5, 6, 7, 5, 6, 7]) {
    const line = READY.line.replace('4 s', `${seconds} s`);
    about = { armed: true, packages: [], secureVideo: { ...READY, prebufferMs: seconds * 1000, line } };
    await pass(2000);
  }
  expect(taken).toBe(1);
  await pass(30_000);
  expect(written()?.secureVideo?.prebufferMs).toBe(7000);
});

it('leaves no timer behind, and that the hub has ended', async () => {
  {
    using _file = start();
    await pass(100);
    expect(readRunFile(homebridgeStorage)?.running).toBe(true);
  }
  expect(clock.pending).toBe(0);
  expect(readRunFile(homebridgeStorage)?.running).toBe(false);
});
