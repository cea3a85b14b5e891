/** The keeper's end of the wire: takes calls, has the target do them, several at a time, and answers. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { encodeFrame, FrameDecoder } from '../../system/frames.ts';
import { reason } from '../../system/problem.ts';
import { type Target, type TargetConfig, TargetError, type TargetSession } from './contract.ts';
import type { FromKeeper, Replies, Request, SessionRequest, ToKeeper } from './messages.ts';

export interface ServeDeps {
  /** Frames from the hub; their end ends the keeper. */
  input: AsyncIterable<Buffer>;
  /** Takes frames for the hub. */
  write(frame: Buffer): void;
  /** `progress` is to be called as bytes move, from within the call that moves them. */
  createTarget(config: TargetConfig, progress: () => void): Promise<Target>;
  /** Ms that never step. */
  now(): number;
}

interface Answer {
  value: Replies[keyof Replies];
  payload?: Buffer;
}

/** The hub needs no more than this to see that a call is alive. */
const PROGRESS_EVERY_MS = 250;

/** Serves until the input ends; then ends calls and sessions. Rejects when the input is no conversation. */
export async function serveKeeper(deps: ServeDeps): Promise<void> {
  const decoder = new FrameDecoder<ToKeeper>();
  const desk = new Desk(deps);
  try {
    for await (const chunk of deps.input) {
      for (const { header, payload } of decoder.push(chunk)) desk.take(header, payload);
    }
  } finally {
    await desk[Symbol.asyncDispose]();
  }
}

class Desk implements AsyncDisposable {
  readonly #deps: ServeDeps;
  readonly #sessions = new Map<number, TargetSession>();
  readonly #calls = new Map<number, { stop: AbortController; done: Promise<void> }>();
  /** The call for which the code that runs now does its work. */
  readonly #call = new AsyncLocalStorage<() => void>();
  #target: Promise<Target> | undefined;
  #lastSession = 0;

  constructor(deps: ServeDeps) {
    this.#deps = deps;
  }

  take(message: ToKeeper, payload: Buffer): void {
    if (message.type === 'config') {
      this.#target ??= this.#deps.createTarget(message.config, () => this.#call.getStore()?.());
      // Each call tells it.
      this.#target.catch(() => {});
    } else if (message.type === 'cancel') {
      this.#calls.get(message.id)?.stop.abort();
    } else {
      const { id, request } = message;
      const stop = new AbortController();
      const done = this.#call.run(this.#progressOf(id), () =>
        this.#answer(id, request, payload, stop.signal),
      );
      this.#calls.set(id, { stop, done });
      void done.finally(() => this.#calls.delete(id));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { stop } of this.#calls.values()) stop.abort();
    await Promise.all([...this.#calls.values()].map(({ done }) => done));
    await Promise.allSettled([...this.#sessions.values()].map((session) => session[Symbol.asyncDispose]()));
    const target = await this.#target?.catch(() => undefined);
    await target?.[Symbol.asyncDispose]();
  }

  #progressOf(id: number): () => void {
    let last = this.#deps.now();
    return () => {
      if (this.#deps.now() - last < PROGRESS_EVERY_MS) return;
      last = this.#deps.now();
      this.#say({ type: 'progress', id });
    };
  }

  /** Never rejects. */
  async #answer(id: number, request: Request, payload: Buffer, signal: AbortSignal): Promise<void> {
    try {
      const { value, payload: bytes } = await this.#do(request, payload, signal);
      this.#say({ type: 'done', id, value }, bytes);
    } catch (error) {
      const fault = error instanceof TargetError ? error.fault : 'failed';
      this.#say({ type: 'failed', id, fault, message: reason(error) });
    }
  }

  #say(message: FromKeeper, payload?: Buffer): void {
    this.#deps.write(encodeFrame(message, payload));
  }

  async #do(request: Request, payload: Buffer, signal: AbortSignal): Promise<Answer> {
    const target = await this.#target;
    if (!target) throw new TargetError('failed', 'The keeper was not told about its target.');
    switch (request.method) {
      case 'open': {
        const session = await target.open(request.known, signal);
        const number = ++this.#lastSession;
        this.#sessions.set(number, session);
        return { value: { session: number, facts: session.facts } };
      }
      case 'setUp':
        return { value: await target.setUp(request, signal) };
      default:
        return this.#doIn(request, payload, signal);
    }
  }

  async #doIn(request: SessionRequest, payload: Buffer, signal: AbortSignal): Promise<Answer> {
    const session = this.#sessions.get(request.session);
    if (!session) throw new TargetError('failed', 'The session is closed.');
    switch (request.method) {
      case 'close':
        this.#sessions.delete(request.session);
        await session[Symbol.asyncDispose]();
        return { value: null };
      case 'put':
        return { value: await session.put(request.path, request.pieces, signal) };
      case 'putText':
        await session.putText(request.path, payload.toString('utf8'), signal);
        return { value: null };
      case 'readText':
        return { value: null, payload: Buffer.from(await session.readText(request.path, signal)) };
      case 'read':
        return { value: null, payload: await session.read(request.path, request.from, request.to, signal) };
      case 'stat':
        return { value: await session.stat(request.path, { hash: request.hash }, signal) };
      case 'list':
        return { value: await session.list(request.path, signal) };
      case 'remove':
        await session.remove(request.path, signal);
        return { value: null };
      case 'removeEmptyFolders':
        await session.removeEmptyFolders(request.path, signal);
        return { value: null };
    }
  }
}
