import { describe, expect, it } from 'vitest';
import { probePicture } from '../../test/support/homekit-picture.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { CameraState, SnapshotOptions, Still } from '../camera/contract.ts';
import { placeholderJpeg } from './placeholder.ts';
import { createSnapshots, PRESS_PINNED_MS, PRESS_WAIT_MS } from './snapshot.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const WISH = { width: 640, height: 360 };

const PERIODIC = 0;
const EVENT = 1;

function start() {
  const clock = new ManualClock();
  const listeners = new Set<(state: CameraState) => void>();
  const forgetting = new Set<() => void>();
  const camera = {
    state: { online: true, since: 0, privacy: false } as CameraState,
    snapshot: (_options?: SnapshotOptions): Promise<Still> =>
      Promise.reject(new Error('The camera has never been there.')),
    become(change: Partial<CameraState>) {
      camera.state = { ...camera.state, ...change };
      for (const listener of listeners) listener(camera.state);
    },
  };
  const snapshots = createSnapshots({
    camera: {
      get state() {
        return camera.state;
      },
      snapshot: (options) => camera.snapshot(options),
      onState(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      onForget(listener) {
        forgetting.add(listener);
        return () => void forgetting.delete(listener);
      },
    },
    clock,
    log: quiet,
  });
  const ask = (reason?: typeof PERIODIC | typeof EVENT) =>
    new Promise<Buffer | undefined>(
      (resolve) =>
        void snapshots.handle({ ...WISH, ...(reason !== undefined && { reason }) }, (_error, jpeg) =>
          resolve(jpeg),
        ),
    );
  const still = (text: string, takenAt = clock.now(), source: Still['source'] = 'ring'): Still => ({
    ...{ jpeg: Buffer.from(text), width: 640, height: 360, takenAt, source },
  });
  /** Gives the pictures one by one, when the test says so. */
  const slowly = () => {
    let arrive = (_still: Still) => {};
    camera.snapshot = () => new Promise((resolve) => (arrive = resolve));
    return (picture: Still) => arrive(picture);
  };
  const forget = () => {
    for (const listener of forgetting) listener();
  };
  return { clock, camera, snapshots, listeners, forgetting, ask, still, slowly, forget };
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

describe('the picture of a press', () => {
  it('is there at once where the camera has a recent one', async () => {
    const { clock, camera, snapshots, ask, still } = start();
    camera.snapshot = async (options) => {
      expect(options?.maxAgeMs).toBe(1000);
      return still('who rang', clock.now() - 900);
    };
    await snapshots.press();
    expect(clock.pending).toBe(0);
    camera.snapshot = async () => still('the empty step');
    expect(await ask(EVENT)).toEqual(Buffer.from('who rang'));
  });

  it('is waited for, but never long', async () => {
    const { clock, camera, snapshots, ask, still, slowly } = start();
    const arrive = slowly();
    let rung = false;
    const press = snapshots.press().then(() => (rung = true));
    clock.advance(PRESS_WAIT_MS - 1);
    await new Promise(setImmediate);
    expect(rung).toBe(false);
    clock.advance(1);
    await press;
    // It comes after the bell, and before the phones ask.
    arrive(still('who rang'));
    await new Promise(setImmediate);
    camera.snapshot = async () => still('the empty step');
    expect(await ask(EVENT)).toEqual(Buffer.from('who rang'));
  });

  it('answers notifications alone, and not for long', async () => {
    const { clock, camera, snapshots, ask, still } = start();
    camera.snapshot = async () => still('who rang');
    await snapshots.press();
    camera.snapshot = async () => still('now');
    expect(await ask(PERIODIC)).toEqual(Buffer.from('now'));
    expect(await ask()).toEqual(Buffer.from('who rang'));
    clock.advance(PRESS_PINNED_MS + 1);
    camera.snapshot = async () => still('later');
    expect(await ask(EVENT)).toEqual(Buffer.from('later'));
  });

  it('is never one of somebody who was there before', async () => {
    const { clock, camera, snapshots, ask, still } = start();
    const before = still('the postman of a minute ago');
    camera.snapshot = async () => before;
    expect(await ask()).toEqual(before.jpeg);
    clock.advance(30_000);
    await snapshots.press();
    expect(await ask(EVENT)).toEqual(placeholderJpeg());
    expect(await ask(PERIODIC)).toEqual(before.jpeg);
  });

  it('holds nothing up when the camera is offline', async () => {
    const { clock, camera, snapshots } = start();
    camera.become({ online: false });
    camera.snapshot = () => Promise.reject(new Error('must not be asked'));
    await snapshots.press();
    expect(clock.pending).toBe(0);
  });
});

describe('when what was seen may not be shown any more', () => {
  it('neither the last picture nor that of a press is', async () => {
    const { camera, snapshots, ask, still, forget } = start();
    camera.snapshot = async () => still("the neighbour's window");
    await ask();
    await snapshots.press();
    forget();
    camera.snapshot = () => Promise.reject(new Error('There is no picture yet.'));
    expect(await ask(EVENT)).toEqual(placeholderJpeg());
    expect(await ask()).toEqual(placeholderJpeg());
  });
});

describe('in privacy mode', () => {
  it('is the plain picture of the camera, whatever was seen before', async () => {
    const { clock, camera, snapshots, ask, still } = start();
    camera.snapshot = async () => still('somebody');
    await snapshots.press();
    camera.become({ online: false, privacy: true });
    camera.snapshot = async () => still('nothing to see', clock.now(), 'privacy');
    expect(await ask(EVENT)).toEqual(Buffer.from('nothing to see'));
    camera.snapshot = () => new Promise(() => {});
    const answer = ask(EVENT);
    clock.advance(1500);
    expect(await answer).toEqual(placeholderJpeg());
  });

  it('is not what arrives late from before', async () => {
    const { clock, camera, ask, still, slowly } = start();
    const arrive = slowly();
    const answer = ask();
    camera.become({ online: false, privacy: true });
    arrive(still('somebody'));
    expect(await answer).toEqual(placeholderJpeg());
    camera.become({ online: true, privacy: false });
    camera.snapshot = () => new Promise(() => {});
    const after = ask();
    clock.advance(1500);
    expect(await after).toEqual(placeholderJpeg());
  });

  it('leaves no privacy picture behind', async () => {
    const { clock, camera, ask, still } = start();
    camera.become({ online: false, privacy: true });
    camera.snapshot = async () => still('nothing to see', clock.now(), 'privacy');
    await ask();
    camera.become({ online: true, privacy: false });
    camera.snapshot = () => Promise.reject(new Error('not yet'));
    expect(await ask()).toEqual(placeholderJpeg());
  });
});

it('listens to its camera no longer than it lives', () => {
  const { snapshots, listeners } = start();
  expect(listeners.size).toBe(1);
  snapshots.stop();
  expect(listeners.size).toBe(0);
});
