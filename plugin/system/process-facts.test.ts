import { readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startChild } from './child.ts';
import { parsePs, systemProcesses } from './process-facts.ts';

describe('facts of a process', () => {
  it('tell who it is', async () => {
    await using child = startChild('/bin/sleep', ['600'], { outputs: 0 });
    const pid = child.pid ?? 0;
    const facts = systemProcesses.facts(pid);
    expect(facts).toMatchObject({ parent: process.pid });
    expect(systemProcesses.facts(pid)).toEqual(facts);
    if (process.platform === 'linux') expect(facts?.program).toBe(readlinkSync(`/proc/${pid}/exe`));
    await using other = startChild('/bin/sleep', ['600'], { outputs: 0 });
    expect(systemProcesses.facts(other.pid ?? 0)).not.toBe(facts);
  });

  it('are none when it is gone', async () => {
    const child = startChild('/bin/true', [], { outputs: 0 });
    await child.exited;
    expect(systemProcesses.facts(child.pid ?? 0)).toBeUndefined();
    systemProcesses.signal(child.pid ?? 0, 'SIGTERM');
  });

  it.each([
    [
      '  501 S    Sun Nov 22 05:33:16 2026     /opt/homebrew/bin/ffmpeg\n',
      { parent: 501, started: 'Sun Nov 22 05:33:16 2026', program: 'ffmpeg' },
    ],
    [
      '    1 Ss+  Mon Dec  7 15:03:01 2026     /Applications/My Tools/ffmpeg\n',
      { parent: 1, started: 'Mon Dec 7 15:03:01 2026', program: 'ffmpeg' },
    ],
    ['    1 Z    Mon Dec  7 15:03:01 2026     (ffmpeg)\n', undefined],
    ['', undefined],
    ['ps: no such process\n', undefined],
  ])('are read from a line of ps on a Mac: %j', (line, facts) => {
    expect(parsePs(line)).toEqual(facts);
  });
});
