/** Looks at the processes of this machine, to tell what a program has left behind. Linux alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { systemProcesses } from '../../plugin/system/process-facts.ts';

/** One process, never to be mixed up with a later one of the same number. */
export interface Seen {
  pid: number;
  started: string;
  command: string;
}

export function look(pid: number): Seen | undefined {
  const facts = systemProcesses.facts(pid);
  return facts && { pid, started: facts.started, command: commandOf(pid) };
}

export function isAlive({ pid, started }: Seen): boolean {
  return systemProcesses.facts(pid)?.started === started;
}

/** Every process of this machine that may be looked at. */
export function everyProcess(): Seen[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => look(Number(name)) ?? []);
}

export function childrenOf(pid: number): Seen[] {
  return everyProcess().filter((one) => systemProcesses.facts(one.pid)?.parent === pid);
}

export function descendantsOf(pid: number): Seen[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child.pid)]);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
  } catch {
    return '';
  }
}
