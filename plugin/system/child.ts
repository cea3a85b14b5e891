import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Set when the program could not be started at all. */
  error?: Error;
  /** Last lines of standard error, for the log; may hold secrets, so pass it through `withoutSecrets`. */
  stderrTail: string[];
}

export interface ChildOptions {
  /** Whether the child reads from us. Default false. */
  stdin?: boolean;
  /** How many pipes we read, 0 to 4: 1 is stdout (fd 1), 2 adds fd 3, 3 adds fd 4, 4 adds fd 5. Default 1. */
  outputs?: number;
  /** All of its environment; default: ours. */
  env?: Readonly<Record<string, string>>;
  /** Called for each line of standard error. */
  onLine?: (line: string) => void;
  /** How long the child may take to end politely before it is killed, in ms. Default 2000. */
  graceMs?: number;
}

/** A running program. Disposing it ends the program and waits until it is gone. */
export interface Child extends AsyncDisposable {
  readonly pid: number | undefined;
  readonly stdin: Writable | undefined;
  readonly outputs: readonly Readable[];
  /** Resolves, never rejects, when the program has ended and its pipes are closed. */
  readonly exited: Promise<Exit>;
  /** Asks politely (SIGTERM, on which ffmpeg sends RTSP TEARDOWN), then kills after the grace time. */
  stop(): Promise<Exit>;
}

/** Starts a program with an argument array; there is never a shell. Passed in wherever a program is needed. */
export type StartChild = (file: string, args: readonly string[], options?: ChildOptions) => Child;

const STDERR_LINES = 20;
const running = new Set<ChildProcess>();

/** Last resort: when this process exits, no child stays behind. */
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The real {@link StartChild}. Never throws: a program that cannot be started is a child whose `exited` has an `error`. */
export const startChild: StartChild = (file, args, options = {}) => {
  try {
    return follow(spawnPiped(file, args, options), options);
  } catch (error) {
    // `spawn` throws for some failures (ENOTDIR, a NUL in an argument) and emits others.
    return notStarted(error instanceof Error ? error : new Error(String(error)));
  }
};

function notStarted(error: Error): Child {
  const exited = Promise.resolve({ code: null, signal: null, stderrTail: [], error });
  return {
    pid: undefined,
    stdin: undefined,
    outputs: [],
    exited,
    stop: () => exited,
    [Symbol.asyncDispose]: async () => {},
  };
}

function spawnPiped(
  file: string,
  args: readonly string[],
  { stdin = false, outputs = 1, env }: ChildOptions,
): ChildProcess {
  return spawn(file, args, {
    shell: false,
    ...(env && { env }),
    stdio: [
      stdin ? 'pipe' : 'ignore',
      outputs > 0 ? 'pipe' : 'ignore',
      'pipe',
      ...Array.from({ length: Math.max(0, outputs - 1) }, () => 'pipe' as const),
    ],
  });
}

function follow(child: ChildProcess, { onLine, graceMs = 2000 }: ChildOptions): Child {
  // Out of file descriptors, Node makes no pipes at all, whatever the types say.
  const pipes: readonly (Readable | Writable | null | undefined)[] = child.stdio ?? [];
  running.add(child);
  // A child that ends while we write gives EPIPE; `exited` tells the story.
  child.stdin?.on('error', () => {});
  const tail: string[] = [];
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split(/[\r\n]+/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line) continue;
      tail.push(line);
      if (tail.length > STDERR_LINES) tail.shift();
      onLine?.(line);
    }
  });
  const exited = new Promise<Exit>((resolve) => {
    let error: Error | undefined;
    const finish = (code: number | null, signal: NodeJS.Signals | null) => {
      running.delete(child);
      if (rest) tail.push(rest);
      resolve({ code, signal, stderrTail: tail, ...(error && { error }) });
    };
    child.once('error', (failure) => {
      error = failure;
      if (child.pid === undefined) finish(null, null);
    });
    child.once('close', finish);
  });
  let stopping: Promise<Exit> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
        for (const pipe of pipes) pipe?.destroy();
        return exited;
      }
      child.stdin?.destroy();
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      // Unread output would keep the pipes, and so `close`, waiting for ever.
      for (const pipe of pipes.slice(1)) (pipe as Readable | null)?.resume();
      return exited.finally(() => clearTimeout(timer));
    })();
    return stopping;
  };
  return {
    pid: child.pid,
    stdin: child.stdin ?? undefined,
    outputs: [pipes[1], ...pipes.slice(3)].filter(
      (pipe) => pipe !== null && pipe !== undefined,
    ) as Readable[],
    exited,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}
