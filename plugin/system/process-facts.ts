/** What the system knows of another process, so that it can be told from a later one with the same number. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

export interface ProcessFacts {
  /** When it started, exact enough that no other process with its number shares it. Opaque, but for being compared. */
  started: string;
  /** The program that it runs. */
  program: string;
  parent: number;
}

export interface Processes {
  /** Undefined when there is no such process, or this system does not tell. */
  facts(pid: number): ProcessFacts | undefined;
  /** Never throws: a process may be gone, or not ours. */
  signal(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void;
}

export const systemProcesses: Processes = {
  facts(pid) {
    try {
      if (process.platform === 'linux') return linuxFacts(pid);
      if (process.platform === 'darwin') return darwinFacts(pid);
    } catch {
      // It ended while it was looked at, or belongs to another user.
    }
    return undefined;
  },
  signal(pid, signal) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone.
    }
  },
};

/** `/proc`: field 22 of `stat` is the start in ticks since the boot, hence the id of the boot before it. */
function linuxFacts(pid: number): ProcessFacts | undefined {
  // The second field is the program's name in brackets, and may hold brackets and blanks itself.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = rest[FIELD_22];
  if (!ticks || state === 'Z') return undefined;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const program = readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '');
  return { started: `${boot} ${ticks}`, program, parent: Number(parent) };
}

/** Counted from behind `state` and `ppid`, the fields 3 and 4. */
const FIELD_22 = 22 - 5;

function darwinFacts(pid: number): ProcessFacts | undefined {
  const text = execFileSync('/bin/ps', ['-o', 'ppid=,stat=,lstart=,comm=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 2000,
  });
  return parsePs(text);
}

/** One line of `ps -o ppid=,stat=,lstart=,comm=`: `  501 S    Sun Nov 22 05:33:16 2026     /opt/homebrew/bin/ffmpeg`. */
export function parsePs(text: string): ProcessFacts | undefined {
  const found = /^\s*(\d+)\s+(\S+)\s+(\w{3} \w{3}\s+\d+ [\d:]{8} \d{4})\s+(\S.*?)\s*$/m.exec(text);
  const [, parent, state, started, program] = found ?? [];
  if (!parent || !started || !program || state?.startsWith('Z')) return undefined;
  // It is shown as it was started, with or without its folder.
  return { started: started.replace(/\s+/g, ' '), program: basename(program), parent: Number(parent) };
}
