/**
 * No program outlives a crash of the hub for long: the hub notes each one that it starts in a file, and ends at its next start
 * what is still there. Invariants:
 *
 * 1. A program is in the file before anything else happens with it; what was written before a crash can be read after it.
 * 2. Only a process with the number, the start time and the program that were noted is ended, and only when its parent is gone.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StartChild } from './child.ts';
import { type Clock, sleep } from './clock.ts';
import type { Log } from './log.ts';
import { reason } from './problem.ts';
import { type Processes, systemProcesses } from './process-facts.ts';
import { replacePrivate } from './text-file.ts';

/** One line of the file, as JSON. A later line about the same process takes the place of an earlier one. */
interface Note {
  pid: number;
  started: string;
  program: string;
  /** Number of the hub that started it. */
  hub: number;
  ended?: true;
}

export interface PidFileDeps {
  log: Pick<Log, 'warn'>;
  /** Default: of this system. */
  processes?: Processes;
}

/** The file is written anew, with what runs, after so many lines. */
const MOST_LINES = 500;
const TERM_MS = 3000;
const KILL_MS = 1000;
const LOOK_EVERY_MS = 50;

/**
 * Notes each program in the file from its start to its end; else the same as `startChild`. To be used after {@link endOrphans}. A file
 * that cannot be written is one line in the log and holds no program up.
 *
 * @param path of the file; its folder is made where it is missing
 */
export function withPidFile(startChild: StartChild, path: string, deps: PidFileDeps): StartChild {
  const processes = deps.processes ?? systemProcesses;
  const notes = openNotes(path, deps.log);
  return (file, args, options) => {
    const child = startChild(file, args, options);
    const { pid } = child;
    const facts = pid === undefined ? undefined : processes.facts(pid);
    if (pid === undefined || !facts) return child;
    const note: Note = { pid, started: facts.started, program: facts.program, hub: process.pid };
    notes.write(note);
    void child.exited.then(() => notes.write({ ...note, ended: true }));
    return child;
  };
}

/**
 * Ends what a hub that is gone left behind, politely and then by force, and forgets the rest. Never rejects.
 *
 * @returns how many processes were ended
 */
export async function endOrphans(path: string, deps: PidFileDeps & { clock: Clock }): Promise<number> {
  const processes = deps.processes ?? systemProcesses;
  const noted = readNotes(path);
  const orphans = noted.filter((note) => isOrphan(note, processes));
  await Promise.all(orphans.map((orphan) => end(orphan, processes, deps.clock)));
  const running = noted.filter((note) => isSame(note, processes));
  if (existsSync(path)) attempt(() => replaceNotes(path, running), deps.log);
  return orphans.length;
}

async function end(orphan: Note, processes: Processes, clock: Clock): Promise<void> {
  for (const [signal, patience] of [
    ['SIGTERM', TERM_MS],
    ['SIGKILL', KILL_MS],
  ] as const) {
    // Looked at again right before: the number may be another's by now.
    if (!isOrphan(orphan, processes)) return;
    processes.signal(orphan.pid, signal);
    const until = clock.monotonic() + patience;
    while (isSame(orphan, processes) && clock.monotonic() < until) await sleep(clock, LOOK_EVERY_MS);
  }
}

function isOrphan(note: Note, processes: Processes): boolean {
  return isSame(note, processes) && processes.facts(note.pid)?.parent !== note.hub;
}

function isSame({ pid, started, program }: Note, processes: Processes): boolean {
  const facts = processes.facts(pid);
  return facts !== undefined && facts.started === started && facts.program === program;
}

/** Programs noted and not noted as ended. Lines that make no sense, as after a power cut, are passed over. */
function readNotes(path: string): Note[] {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  const running = new Map<string, Note>();
  for (const line of text.split('\n')) {
    const note = parseNote(line);
    if (!note) continue;
    if (note.ended) running.delete(keyOf(note));
    else running.set(keyOf(note), note);
  }
  return [...running.values()];
}

const keyOf = ({ pid, started }: Note) => `${pid} ${started}`;

function parseNote(line: string): Note | undefined {
  try {
    const note: Partial<Record<keyof Note, unknown>> | null = JSON.parse(line);
    if (note === null || typeof note !== 'object') return undefined;
    const { pid, started, program, hub, ended } = note;
    // 0 and negative numbers would mean whole groups of processes.
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 1) return undefined;
    if (typeof started !== 'string' || typeof program !== 'string' || typeof hub !== 'number')
      return undefined;
    return { pid, started, program, hub, ...(ended === true && { ended }) };
  } catch {
    return undefined;
  }
}

/** Written at once and by the kernel, so that a hub killed in the next moment has left it. */
function openNotes(path: string, log: Pick<Log, 'warn'>): { write(note: Note): void } {
  let said = false;
  const sayOnce: Pick<Log, 'warn'> = {
    warn(message) {
      if (!said) log.warn(message);
      said = true;
    },
  };
  let lines = readNotes(path).length;
  attempt(() => makeFolder(path), sayOnce);
  return {
    write(note) {
      attempt(() => {
        // The line break comes first as well: the line before may have been cut off.
        appendFileSync(path, `\n${JSON.stringify(note)}\n`, { mode: 0o600 });
        if (++lines <= MOST_LINES) return;
        const running = readNotes(path);
        replaceNotes(path, running);
        lines = running.length;
      }, sayOnce);
    },
  };
}

function replaceNotes(path: string, notes: readonly Note[]): void {
  makeFolder(path);
  replacePrivate(path, notes.map((note) => `${JSON.stringify(note)}\n`).join(''), { durable: false });
}

function makeFolder(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
}

function attempt(step: () => void, log: Pick<Log, 'warn'>): void {
  try {
    step();
  } catch (error) {
    log.warn(`The list of running programs cannot be written: ${reason(error)}`);
  }
}
