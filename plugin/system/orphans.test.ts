import { appendFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { type Exit, type StartChild, startChild } from './child.ts';
import { type Clock, systemClock as clock } from './clock.ts';
import { endOrphans, withPidFile } from './orphans.ts';
import { type Processes, type ProcessFacts, systemProcesses } from './process-facts.ts';

let folder: string;
let path: string;
const lines: string[] = [];
const log = { warn: (line: string) => void lines.push(line) };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorstep-orphans-'));
  path = join(folder, 'hub', 'programs.jsonl');
  lines.length = 0;
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A hub in a process of its own that starts programs, prints their numbers and kills itself as a crash would. */
const HUB = `
  const [childUrl, orphansUrl, path, ...commands] = process.argv.slice(1);
  const { startChild } = await import(childUrl);
  const { withPidFile } = await import(orphansUrl);
  const start = withPidFile(startChild, path, { log: console });
  const { writeSync } = await import('node:fs');
  for (const command of commands) {
    const [file, ...args] = JSON.parse(command);
    writeSync(1, start(file, args, { outputs: 0 }).pid + '\\n');
  }
  process.kill(process.pid, 'SIGKILL');
`;

/** Starts the programs in a hub that crashes at once; gives their numbers. */
async function crashWith(...commands: string[][]): Promise<number[]> {
  const urls = ['child.ts', 'orphans.ts'].map((name) => new URL(name, import.meta.url).href);
  const commandLines = commands.map((command) => JSON.stringify(command));
  const hub = startChild(process.execPath, [
    ...['--input-type=module', '-e', HUB, ...urls, path, ...commandLines],
  ]);
  const chunks: Buffer[] = [];
  hub.outputs[0]?.on('data', (chunk: Buffer) => void chunks.push(chunk));
  const numbers = () => Buffer.concat(chunks).toString().trim().split('\n').map(Number);
  // Not `exited`: what outlives the hub holds its standard error open. A hub that is ending is not seen any more a moment before its
  // programs have another parent.
  const left = (pid: number) => systemProcesses.facts(pid)?.parent !== hub.pid;
  await expect
    .poll(() => numbers().length === commands.length && !runs(hub.pid) && numbers().every(left), {
      timeout: 10_000,
    })
    .toBe(true);
  return numbers();
}

const runs = (pid = 0) => systemProcesses.facts(pid) !== undefined;
const SLEEP = ['/bin/sleep', '600'];

describe('after a crash of the hub', () => {
  it('ends each program that it left, and nothing else', async () => {
    await using mine = startChild('/bin/sleep', ['600'], { outputs: 0 });
    const orphans = await crashWith(SLEEP, SLEEP);
    expect(orphans.map(runs)).toEqual([true, true]);
    expect(await endOrphans(path, { log, clock })).toBe(2);
    expect(orphans.map(runs)).toEqual([false, false]);
    expect(runs(mine.pid)).toBe(true);
    expect(await endOrphans(path, { log, clock })).toBe(0);
    expect(lines).toEqual([]);
  });

  it('finds them behind lines that a power cut left', async () => {
    const [first = 0] = await crashWith(SLEEP);
    truncateSync(path, statSync(path).size - 3);
    const [second = 0] = await crashWith(SLEEP);
    appendFileSync(path, '\0\0\0\0\nnull\n[]\n{"pid":"1"}\n{"pi');
    expect(await endOrphans(path, { log, clock })).toBe(1);
    expect(runs(second)).toBe(false);
    systemProcesses.signal(first, 'SIGKILL');
  });
});

describe('a program in the file', () => {
  const NOTED = { pid: 4711, started: 'boot 1 tick 5', program: '/usr/bin/ffmpeg', hub: 100 };
  const ORPHAN: ProcessFacts = { started: 'boot 1 tick 5', program: '/usr/bin/ffmpeg', parent: 1 };

  const hasty: Clock = {
    ...clock,
    monotonic: () => clock.monotonic() * 100,
    after: (ms, run) => clock.after(ms / 100, run),
  };

  /** What is done to process 4711 when the system says this of it, and it ends on this signal. */
  async function doneTo(
    facts: ProcessFacts | undefined,
    { note = {}, endsOn = 'SIGTERM' }: { note?: object; endsOn?: string } = {},
  ): Promise<string[]> {
    const done: string[] = [];
    let now = facts;
    const processes: Processes = {
      facts: () => now,
      signal(pid, signal) {
        done.push(`${signal} ${pid}`);
        if (signal === endsOn) now = undefined;
      },
    };
    await mkdir(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify({ ...NOTED, ...note })}\n`);
    await endOrphans(path, { log, clock: hasty, processes });
    return done;
  }

  it.each([
    ['the same', ORPHAN, ['SIGTERM 4711']],
    ['gone', undefined, []],
    ['another of the same number', { ...ORPHAN, started: 'boot 1 tick 6' }, []],
    ['another after a restart of the machine', { ...ORPHAN, started: 'boot 2 tick 5' }, []],
    ['another program', { ...ORPHAN, program: '/usr/bin/vim' }, []],
    ['one whose hub still runs', { ...ORPHAN, parent: 100 }, []],
  ])('is ended only where it is the same: %s', async (_, facts, done) => {
    expect(await doneTo(facts)).toEqual(done);
  });

  it('is ended by force where asking does not help', async () => {
    expect(await doneTo(ORPHAN, { endsOn: 'SIGKILL' })).toEqual(['SIGTERM 4711', 'SIGKILL 4711']);
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('is kept in mind where nothing helps', async () => {
    expect(await doneTo(ORPHAN, { endsOn: 'never' })).toHaveLength(2);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject(NOTED);
  });

  it.each([
    [{ pid: 1 }],
    [{ pid: 0 }],
    [{ pid: -4711 }],
    [{ pid: 4711.5 }],
    [{ ended: true }],
    [{ started: 5 }],
  ])('means nothing with %j', async (change) => {
    expect(await doneTo(ORPHAN, { note: change })).toEqual([]);
  });
});

describe('the file', () => {
  const start = () => withPidFile(startChild, path, { log });

  it('names what runs, to nobody else, and without its arguments', async () => {
    const child = start()('/bin/sleep', ['600'], { outputs: 0 });
    expect(JSON.parse(readFileSync(path, 'utf8').trim())).toMatchObject({ pid: child.pid, hub: process.pid });
    expect(readFileSync(path, 'utf8')).not.toContain('600');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await child.stop();
    await endOrphans(path, { log, clock });
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('stays small over many programs, and keeps those that run', async () => {
    const played = playedProcesses();
    const many = withPidFile(played.startChild, path, { log, processes: played.processes });
    many('ffmpeg', ['stays']);
    for (let i = 0; i < 1000; i++) await many('ffmpeg', ['ends']).stop();
    expect(readFileSync(path, 'utf8').length).toBeLessThan(100_000);
    expect(await endOrphans(path, { log, clock: new ManualClock(), processes: played.crashed() })).toBe(1);
  });

  it('that cannot be written holds nothing up, and is said once', async () => {
    writeFileSync(join(folder, 'hub'), 'no folder');
    const starting = start();
    await using first = starting('/bin/sleep', ['600'], { outputs: 0 });
    await using second = starting('/bin/sleep', ['600'], { outputs: 0 });
    expect([first, second].map(({ pid }) => runs(pid))).toEqual([true, true]);
    expect(lines).toEqual([expect.stringContaining('list of running programs cannot be written')]);
  });

  it('that is not there yet is no trouble', async () => {
    expect(await endOrphans(path, { log, clock })).toBe(0);
    expect(lines).toEqual([]);
  });

  it('does not know a program that could not be started', async () => {
    const child = start()('/nowhere/at/all', []);
    expect((await child.exited).error).toBeDefined();
    expect(existsSync(path)).toBe(false);
  });
});

/** Programs that exist in the mind alone. */
function playedProcesses() {
  const known = new Map<number, ProcessFacts>();
  let pid = 1000;
  let parent = process.pid;
  const processes: Processes = {
    facts: (wanted) => {
      const facts = known.get(wanted);
      return facts && { ...facts, parent };
    },
    signal: (wanted) => void known.delete(wanted),
  };
  const played: StartChild = (program) => {
    const own = ++pid;
    known.set(own, { started: `tick ${own}`, program, parent });
    const gone = Promise.withResolvers<Exit>();
    const stop = () => {
      known.delete(own);
      gone.resolve({ code: 0, signal: null, stderrTail: [] });
      return gone.promise;
    };
    const end = async () => void (await stop());
    return {
      pid: own,
      stdin: undefined,
      outputs: [],
      exited: gone.promise,
      stop,
      [Symbol.asyncDispose]: end,
    };
  };
  const crashed = () => {
    parent = 1;
    return processes;
  };
  return { startChild: played, processes, crashed };
}
