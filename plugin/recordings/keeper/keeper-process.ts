/** One keeper process, seen from the hub: calls to it, their deadlines, and its end. */
import { fileURLToPath } from 'node:url';
import type { Child, Exit, StartChild } from '../../system/child.ts';
import { atMost, type Clock } from '../../system/clock.ts';
import { encodeFrame, type Frame, FrameDecoder } from '../../system/frames.ts';
import { reason } from '../../system/problem.ts';
import { type TargetConfig, TargetError } from './contract.ts';
import type { FromKeeper, Method, Replies, Request, ToKeeper } from './messages.ts';

export interface KeeperProcessDeps {
  startChild: StartChild;
  clock: Clock;
}

export interface CallOptions {
  /** Of the frame. */
  payload?: Buffer;
  /** Ms without progress, after which this process counts as stuck. */
  deadlineMs: number;
  signal?: AbortSignal | undefined;
}

export interface Answer<M extends Method> {
  value: Replies[M];
  payload: Buffer;
}

interface Call {
  resolve(frame: { value: Replies[Method]; payload: Buffer }): void;
  reject(error: TargetError): void;
  /** Begins the deadline anew. */
  alive(): void;
}

/** Source or built, as this file is. */
const MAIN = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? 'keeper-main.ts' : 'keeper-main.js', import.meta.url),
);
/** How long it may take to end politely, and then to be gone. */
const GRACE_MS = 2000;
const GONE_MS = 500;

export class KeeperProcess {
  /** Resolves when the process is gone. One that hangs in the kernel may never be. */
  readonly exited: Promise<Exit>;
  /** Resolves when it takes no calls any more, with the reason. */
  readonly failed: Promise<TargetError>;
  readonly #child: Child;
  readonly #clock: Clock;
  readonly #calls = new Map<number, Call>();
  #lastCall = 0;
  readonly #fail: (fault: TargetError) => void;
  #fault: TargetError | undefined;

  constructor(config: TargetConfig, { startChild, clock }: KeeperProcessDeps) {
    this.#clock = clock;
    const { promise, resolve } = Promise.withResolvers<TargetError>();
    this.failed = promise;
    this.#fail = resolve;
    this.#child = startChild(process.execPath, [MAIN], { stdin: true, graceMs: GRACE_MS });
    this.exited = this.#child.exited;
    this.#listen();
    this.#say(encode({ type: 'config', config }));
    void this.exited.then((exit) => this.#give(new TargetError('failed', endOf(exit))));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Why it takes no calls any more; undefined while it does. */
  get fault(): TargetError | undefined {
    return this.#fault;
  }

  /** Rejects with a `TargetError`: the target's own, or `stuck`, then this process is being ended. */
  async call<R extends Request>(
    request: R,
    { payload, deadlineMs, signal }: CallOptions,
  ): Promise<Answer<R['method']>> {
    if (this.#fault) throw this.#fault;
    const id = ++this.#lastCall;
    const frame = encode({ type: 'call', id, request }, payload);
    const { promise, resolve, reject } = Promise.withResolvers<Answer<R['method']>>();
    let cancelDeadline = () => {};
    const alive = () => {
      cancelDeadline();
      cancelDeadline = this.#clock.after(deadlineMs, () => this.kill(stuck(request.method, deadlineMs)));
    };
    // The keeper still tidies up: another call for the same file must not begin before it is done.
    const cancel = () => this.#say(encode({ type: 'cancel', id }));
    this.#calls.set(id, { resolve: resolve as Call['resolve'], reject, alive });
    alive();
    this.#say(frame);
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await promise;
    } finally {
      cancelDeadline();
      signal?.removeEventListener('abort', cancel);
      this.#calls.delete(id);
    }
  }

  /** Ends it at once. All calls reject with `fault`. */
  kill(fault: TargetError): void {
    this.#give(fault);
    const { pid } = this.#child;
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
    void this.#child.stop();
    for (const pipe of this.#child.outputs) pipe.destroy();
  }

  /** Ends it politely, then by force. False when it hangs in the kernel, and cannot be ended. */
  async end(): Promise<boolean> {
    this.#give(new TargetError('failed', 'The keeper is being closed.'));
    const gone = this.#child.stop();
    return (await atMost(this.#clock, GRACE_MS + GONE_MS, gone)) !== undefined;
  }

  #give(fault: TargetError): void {
    this.#fault ??= fault;
    this.#fail(this.#fault);
    for (const call of this.#calls.values()) call.reject(this.#fault);
  }

  #say(frame: Buffer): void {
    if (!this.#fault) this.#child.stdin?.write(frame);
  }

  #listen(): void {
    const decoder = new FrameDecoder<FromKeeper>();
    this.#child.outputs[0]?.on('data', (chunk: Buffer) => {
      if (this.#fault) return;
      try {
        for (const frame of decoder.push(chunk)) this.#take(frame);
      } catch {
        this.kill(
          new TargetError('failed', 'The keeper said something that cannot be understood; it was replaced.'),
        );
      }
    });
  }

  #take({ header, payload }: Frame<FromKeeper>): void {
    const call = this.#calls.get(header.id);
    if (header.type === 'progress') call?.alive();
    else if (header.type === 'done') call?.resolve({ value: header.value, payload });
    else call?.reject(new TargetError(header.fault, header.message));
  }
}

function encode(message: ToKeeper, payload?: Buffer): Buffer {
  try {
    return encodeFrame(message, payload);
  } catch (error) {
    throw new TargetError('failed', reason(error), { cause: error });
  }
}

function stuck(method: Method, deadlineMs: number): TargetError {
  const seconds = Math.round(deadlineMs / 1000);
  return new TargetError(
    'stuck',
    `The target gave no sign of life for ${seconds} s (${method}); its keeper was replaced.`,
  );
}

function endOf({ code, signal, error }: Exit): string {
  if (error) return `The keeper could not be started: ${error.message}`;
  return `The keeper ended by itself (${signal ?? `code ${code}`}).`;
}
