import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { TextFile } from '../system/text-file.ts';
import { openSwitches, switchChange } from './switches.ts';

function fileOf(text?: string) {
  const file = {
    text,
    full: false,
    read: () => file.text,
    write(next: string) {
      if (file.full) throw new Error('ENOSPC: no space left on device');
      file.text = next;
    },
  };
  return file;
}

function open(file: TextFile, clock = new ManualClock()) {
  const errors: string[] = [];
  const log = { debug() {}, info() {}, warn() {}, error: (line: string) => void errors.push(line) };
  return { switches: openSwitches('/house/switches.json', { openFile: () => file, clock, log }), errors };
}

describe('what the household switched', () => {
  it('is nothing at first: no privacy, detection on', () => {
    const file = fileOf();
    const { switches, errors } = open(file);
    const door = switches.forCamera('door');
    expect({ privacy: door.privacy, armed: door.armed }).toEqual({ privacy: false, armed: true });
    expect(switches.forCamera('door')).toBe(door);
    expect(switches.problem).toBeUndefined();
    expect(errors).toEqual([]);
    expect(file.text).toBeUndefined();
  });

  it('is the same after a restart, for each camera', () => {
    const file = fileOf();
    const before = open(file).switches;
    before.forCamera('door').set({ privacy: true });
    before.forCamera('garden').set({ armed: false });
    const after = open(file).switches;
    expect(after.forCamera('door')).toMatchObject({ privacy: true, armed: true });
    expect(after.forCamera('garden')).toMatchObject({ privacy: false, armed: false });
    expect(after.forCamera('yard')).toMatchObject({ privacy: false, armed: true });
  });

  it('is kept for a camera that is away for a while', () => {
    const file = fileOf('{"away":{"privacy":true,"armed":true}}');
    open(file).switches.forCamera('door').set({ armed: false });
    expect(open(file).switches.forCamera('away').privacy).toBe(true);
  });

  it('is told on each change, until somebody no longer listens', () => {
    const door = open(fileOf()).switches.forCamera('door');
    const seen: boolean[] = [];
    const stop = door.onChange(() => seen.push(door.privacy));
    door.set({ privacy: true });
    door.set({ privacy: true });
    door.set({});
    door.set({ privacy: false });
    stop();
    door.set({ privacy: true });
    expect(seen).toEqual([true, false]);
  });

  it.each(['not JSON', '[]', 'null', '"on"'])('is privacy, when the file says %s', (text) => {
    const { switches, errors } = open(fileOf(text));
    expect(switches.forCamera('door')).toMatchObject({ privacy: true, armed: true });
    expect(switches.problem?.code).toBe('switches-unreadable');
    expect(errors).toHaveLength(1);
    switches.forCamera('door').set({ privacy: false });
    expect(switches.problem).toBeUndefined();
  });

  it('is privacy when the file cannot be read', () => {
    const file: TextFile = {
      read: () => {
        throw new Error('EACCES: permission denied');
      },
      write() {},
    };
    expect(open(file).switches.forCamera('door').privacy).toBe(true);
  });

  it('is privacy for that camera alone whose entry is broken', () => {
    const { switches } = open(fileOf('{"door":{"privacy":"yes"},"garden":{"privacy":false,"armed":false}}'));
    expect(switches.forCamera('garden')).toMatchObject({ privacy: false, armed: false });
    expect(switches.forCamera('yard').privacy).toBe(false);
    expect(switches.problem).toBeUndefined();
    expect(switches.forCamera('door').privacy).toBe(true);
    expect(switches.problem?.code).toBe('switches-unreadable');
  });

  it('stays unknown for the other cameras when one is switched', () => {
    const file = fileOf('{"door":{"privacy":"yes"}}');
    open(file).switches.forCamera('garden').set({ armed: false });
    expect(open(file).switches.forCamera('door').privacy).toBe(true);
    const lost = fileOf('not JSON');
    open(lost).switches.forCamera('garden').set({ privacy: false });
    expect(open(lost).switches.forCamera('garden').privacy).toBe(false);
    expect(open(lost).switches.forCamera('door').privacy).toBe(true);
  });

  it('takes effect on a full disk, and says what that means', () => {
    const file = fileOf();
    const { switches, errors } = open(file);
    const door = switches.forCamera('door');
    let told = 0;
    door.onChange(() => told++);
    file.full = true;
    door.set({ privacy: true });
    expect(door.privacy).toBe(true);
    expect(told).toBe(1);
    expect(switches.problem).toMatchObject({
      code: 'switches-unwritable',
      what: expect.stringContaining('ENOSPC'),
    });
    expect(errors).toHaveLength(1);
    file.full = false;
    // Switching once more, as the cure says, keeps it although it changes nothing.
    door.set({ privacy: true });
    expect(switches.problem).toBeUndefined();
    expect(open(file).switches.forCamera('door').privacy).toBe(true);
  });
});

describe('a snooze', () => {
  const MINUTE = 60_000;

  it('lets detection rest, and arms it again by itself', () => {
    const clock = new ManualClock();
    const door = open(fileOf(), clock).switches.forCamera('door');
    const seen: boolean[] = [];
    door.onChange(() => seen.push(door.armed));
    door.snooze(30 * MINUTE);
    expect(door).toMatchObject({ armed: false, snoozedUntil: clock.now() + 30 * MINUTE });
    clock.advance(30 * MINUTE - 1);
    expect(door.armed).toBe(false);
    clock.advance(1);
    expect(door).toMatchObject({ armed: true, snoozedUntil: undefined });
    expect(seen).toEqual([false, true]);
  });

  it('goes on after a restart, or is over then', () => {
    const clock = new ManualClock();
    const file = fileOf();
    const before = open(file, clock).switches;
    before.forCamera('door').snooze(30 * MINUTE);
    before[Symbol.dispose]();
    clock.advance(20 * MINUTE);
    const after = open(file, clock).switches.forCamera('door');
    expect(after.armed).toBe(false);
    clock.advance(10 * MINUTE);
    expect(after.armed).toBe(true);
    expect(open(file, clock).switches.forCamera('door').armed).toBe(true);
  });

  it('ends when somebody says whether it is armed, and not for privacy', () => {
    const clock = new ManualClock();
    const file = fileOf();
    const door = open(file, clock).switches.forCamera('door');
    door.snooze(30 * MINUTE);
    door.set({ privacy: true });
    door.set({ privacy: false });
    expect(door.armed).toBe(false);
    door.set({ armed: true });
    expect(door).toMatchObject({ armed: true, snoozedUntil: undefined });
    door.snooze(30 * MINUTE);
    door.set({ armed: false });
    clock.advance(60 * MINUTE);
    expect(door.armed).toBe(false);
    expect(open(file, clock).switches.forCamera('door').armed).toBe(false);
  });

  it('is of no use where detection is off', () => {
    const door = open(fileOf()).switches.forCamera('door');
    door.set({ armed: false });
    door.snooze(MINUTE);
    expect(door).toMatchObject({ armed: false, snoozedUntil: undefined });
  });

  it('takes the newest word for its length', () => {
    const clock = new ManualClock();
    const door = open(fileOf(), clock).switches.forCamera('door');
    door.snooze(60 * MINUTE);
    door.snooze(5 * MINUTE);
    clock.advance(5 * MINUTE);
    expect(door.armed).toBe(true);
  });

  it.each([
    ['forward', 60 * MINUTE],
    ['back, by years', -10_000 * 60 * MINUTE],
  ])('ends soon when the time of day is set %s', (_where, ms) => {
    const clock = new ManualClock();
    const door = open(fileOf(), clock).switches.forCamera('door');
    door.snooze(30 * MINUTE);
    clock.step(ms);
    clock.advance(MINUTE);
    expect(door.armed).toBe(true);
  });
});

it('each action of the API switches one thing', () => {
  expect((['privacy-on', 'privacy-off', 'arm', 'disarm'] as const).map(switchChange)).toEqual([
    { privacy: true },
    { privacy: false },
    { armed: true },
    { armed: false },
  ]);
});
