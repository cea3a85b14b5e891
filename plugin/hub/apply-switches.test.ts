import { expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { openSwitches } from '../camera/switches.ts';
import { applySwitches } from './apply-switches.ts';

const REF = { id: 'door', name: 'Front door', slug: 'front-door' };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** Keeps in order all that is done; the camera takes its time until `release`. */
function start(kept?: string) {
  const done: string[] = [];
  const errors: string[] = [];
  let held: PromiseWithResolvers<void> | undefined;
  let heldOnvif: PromiseWithResolvers<void> | undefined;
  const asked: string[] = [];
  let failing = false;
  const file = { read: () => kept, write() {} };
  const switches = openSwitches('/house/switches.json', {
    ...{ openFile: () => file, clock: new ManualClock(), log: quiet },
  }).forCamera('door');
  const applied = applySwitches({
    onvif: {
      async pause() {
        await heldOnvif?.promise;
        asked.push('pause');
      },
      resume: () => void asked.push('resume'),
    },
    camera: {
      ref: REF,
      async setPrivacy(on) {
        done.push(`camera ${on ? 'closing' : 'opening'}`);
        await held?.promise;
        if (failing) throw new Error('ffmpeg does not end');
        done.push(`camera ${on ? 'closed' : 'open'}`);
      },
    },
    switches,
    watch: { arm: (armed) => void done.push(armed ? 'looks' : 'does not look') },
    publish: ({ kind, phase, camera }) => void done.push(`${camera?.slug} ${kind} ${phase}`),
    clock: new ManualClock(),
    log: { ...quiet, error: (line) => void errors.push(line) },
  });
  return {
    done,
    /** What ONVIF was told. */
    asked,
    holdOnvif() {
      heldOnvif = Promise.withResolvers();
      return () => heldOnvif?.resolve();
    },
    errors,
    switches,
    applied,
    hold() {
      held = Promise.withResolvers();
      return () => {
        held?.resolve();
        held = undefined;
      };
    },
    fail(now: boolean) {
      failing = now;
    },
  };
}

it('does nothing of its own at the start', async () => {
  const { applied, done } = start();
  await applied.settled();
  expect(done).toEqual(['looks']);
});

it('closes a camera before it is connected to, when privacy was on before the restart, and tells nobody anew', async () => {
  const { applied, done } = start('{"door":{"privacy":true,"armed":true}}');
  expect(done).toEqual(['does not look', 'camera closing', 'camera closed'].slice(0, 2));
  await applied.settled();
  expect(done).toEqual(['does not look', 'camera closing', 'camera closed']);
});

it('stops looking, then the camera, and then says so; and back', async () => {
  const { applied, switches, done } = start();
  switches.set({ privacy: true });
  await applied.settled();
  expect(done.splice(0)).toEqual([
    'looks',
    'does not look',
    'camera closing',
    'camera closed',
    'front-door camera privacy-on',
  ]);
  switches.set({ privacy: false });
  await applied.settled();
  expect(done).toEqual(['looks', 'camera opening', 'camera open', 'front-door camera privacy-off']);
});

it('tells of privacy when ONVIF has also left the camera alone, and wakes it first afterwards', async () => {
  const { applied, switches, done, asked, holdOnvif } = start();
  const release = holdOnvif();
  switches.set({ privacy: true });
  await expect.poll(() => done).toContain('camera closed');
  expect(done).not.toContain('front-door camera privacy-on');
  release();
  await applied.settled();
  expect(done.at(-1)).toBe('front-door camera privacy-on');
  switches.set({ privacy: false });
  await applied.settled();
  expect(asked).toEqual(['pause', 'resume']);
});

it('looks again after privacy only where detection is on', async () => {
  const { applied, switches, done } = start();
  switches.set({ armed: false });
  switches.set({ privacy: true });
  switches.set({ privacy: false });
  await applied.settled();
  expect(done.filter((what) => what === 'looks')).toHaveLength(1);
  switches.set({ armed: true });
  expect(done.at(-1)).toBe('looks');
});

it('does one after the other, and skips what is no longer wished', async () => {
  const { applied, switches, done, hold } = start();
  const release = hold();
  switches.set({ privacy: true });
  await Promise.resolve();
  switches.set({ privacy: false });
  switches.set({ privacy: true });
  release();
  await applied.settled();
  expect(done.filter((what) => what.startsWith('camera') || what.startsWith('front'))).toEqual([
    'camera closing',
    'camera closed',
    'front-door camera privacy-on',
  ]);
});

it('says when the camera cannot be closed, and tries again when switched again', async () => {
  const { applied, switches, done, errors, fail } = start();
  fail(true);
  switches.set({ privacy: true });
  await expect(applied.settled()).rejects.toThrow('ffmpeg does not end');
  expect(errors).toEqual([expect.stringContaining('ffmpeg does not end')]);
  expect(done).not.toContain('front-door camera privacy-on');
  fail(false);
  switches.set({ armed: false });
  await applied.settled();
  expect(done.at(-1)).toBe('front-door camera privacy-on');
});

it('follows no longer when it is over', () => {
  const { applied, switches, done } = start();
  applied[Symbol.dispose]();
  switches.set({ privacy: true });
  expect(done).toEqual(['looks']);
});
