/** What processes use, as Linux counts it in /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in ticks of this length for everyone outside the kernel (`getconf CLK_TCK`), on every architecture of today. */
const TICKS_PER_SECOND = 100;

export interface ProcessStat {
  pid: number;
  parent: number;
  /** Processor time since its start, in seconds, in user and system mode, of all its threads. */
  cpuSeconds: number;
}

/** One line of /proc/<pid>/stat (proc(5)). The name stands in parentheses and may hold anything, also parentheses. */
export function parseStat(line: string): ProcessStat {
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  // Of what follows the name, the state is the first: parent 2nd, utime 12th, stime 13th.
  const [, parent = 0] = fields;
  const ticks = (fields[11] ?? Number.NaN) + (fields[12] ?? Number.NaN);
  return { pid: Number.parseInt(line, 10), parent, cpuSeconds: ticks / TICKS_PER_SECOND };
}

/** Resident memory in MiB out of /proc/<pid>/status. */
export function parseResident(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}

/** Processor time of the whole machine since its start, in ticks of all cores (first line of /proc/stat, proc(5)). */
export interface MachineTime {
  all: number;
  /** Ticks that we wanted and the host gave to others; 0 on a machine of one's own. */
  stolen: number;
}

export function parseMachineTime(stat: string): MachineTime {
  // user, nice, system, idle, iowait, irq, softirq, steal; what follows is part of user and nice.
  const ticks = stat.split('\n', 1)[0]?.split(/\s+/).slice(1, 9).map(Number) ?? [];
  return { all: ticks.reduce((sum, tick) => sum + tick, 0), stolen: ticks[7] ?? 0 };
}

export const machineTime = () => parseMachineTime(readFileSync('/proc/stat', 'utf8'));

export interface Usage {
  pid: number;
  cpuSeconds: number;
  residentMiB: number;
  /** Program and arguments, separated by spaces. */
  command: string;
}

/** A process and all its children that still run. */
export function usageOfFamily(root: number): Usage[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      // It may have ended since.
      const stat = tryRead(`/proc/${pid}/stat`);
      return stat ? [parseStat(stat)] : [];
    });
  const family = new Set([root]);
  for (let before = 0; before < family.size; ) {
    before = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return all
    .filter(({ pid }) => family.has(pid))
    .map(({ pid, cpuSeconds }) => ({
      pid,
      cpuSeconds,
      residentMiB: parseResident(tryRead(`/proc/${pid}/status`) ?? ''),
      command: (tryRead(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim(),
    }));
}

function tryRead(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
