import { describe, expect, it } from 'vitest';

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

function open(file: TextFile) {
  const errors: string[] = [];
  const log = { debug() {}, info() {}, warn() {}, error: (line: string) => void errors.push(line) };
  return { switches: openSwitches('/house/switches.json', { openFile: () => file, log }), errors };
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

it('each action of the API switches one thing', () => {
  expect((['privacy-on', 'privacy-off', 'arm', 'disarm'] as const).map(switchChange)).toEqual([
    { privacy: true },
    { privacy: false },
    { armed: true },
    { armed: false },
  ]);
});
