import { describe, expect, it } from 'vitest';
import { probePicture } from '../../test/support/homekit-picture.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { Still } from '../camera/contract.ts';
import { placeholderJpeg } from './placeholder.ts';
import { createSnapshots } from './snapshot.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const WISH = { width: 640, height: 360 };

function start() {
  const clock = new ManualClock();
  const camera: { snapshot: () => Promise<Still> } = {
    snapshot: () => Promise.reject(new Error('The camera has never been there.')),
  };
  const handle = createSnapshots({ camera: { snapshot: () => camera.snapshot() }, clock, log: quiet });
  const ask = () =>
    new Promise<Buffer | undefined>((resolve) => void handle(WISH, (_error, jpeg) => resolve(jpeg)));
  const still = (text: string, takenAt = clock.now()): Still => ({
    ...{ jpeg: Buffer.from(text), width: 640, height: 360, takenAt, source: 'ring' },
  });
  return { clock, camera, ask, still };
}

describe('a snapshot for HomeKit', () => {
  it('is what the camera has', async () => {
    const { camera, ask, still } = start();
    camera.snapshot = async () => still('now');
    expect(await ask()).toEqual(Buffer.from('now'));
  });

  it('is the last one when the camera takes too long', async () => {
    const { clock, camera, ask, still } = start();
    camera.snapshot = async () => still('before');
    await ask();
    camera.snapshot = () => new Promise(() => {});
    const answer = ask();
    clock.advance(1500);
    expect(await answer).toEqual(Buffer.from('before'));
    expect(clock.pending).toBe(0);
  });

  it('is the one that came too late for the request before', async () => {
    const { clock, camera, ask, still } = start();
    let arrive = (_still: Still) => {};
    camera.snapshot = () => new Promise((resolve) => (arrive = resolve));
    const answer = ask();
    clock.advance(1500);
    expect(await answer).toEqual(placeholderJpeg());
    arrive(still('late'));
    camera.snapshot = () => Promise.reject(new Error('busy'));
    expect(await ask()).toEqual(Buffer.from('late'));
  });

  it('is never an old one', async () => {
    const { clock, camera, ask, still } = start();
    camera.snapshot = async () => still('long ago');
    await ask();
    clock.advance(61_000);
    camera.snapshot = () => Promise.reject(new Error('gone'));
    expect(await ask()).toEqual(placeholderJpeg());
    // Nor when the camera itself still gives it.
    camera.snapshot = async () => still('long ago', clock.now() - 61_000);
    expect(await ask()).toEqual(placeholderJpeg());
  });

  it('is a drawn one when there has never been any', async () => {
    const { ask } = start();
    expect(await ask()).toEqual(placeholderJpeg());
    expect(await probePicture(placeholderJpeg())).toEqual({ codec: 'mjpeg', width: 640, height: 360 });
  });
});
