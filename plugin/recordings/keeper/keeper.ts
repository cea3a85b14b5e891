/**
 * The hub's end of the keeper: starts the process when it is needed, and replaces one that is stuck. A process that hangs in the kernel cannot be
 * ended; it is left behind, and no more than a few may be.
 */
import type { StartChild } from '../../system/child.ts';
import type { Clock } from '../../system/clock.ts';
import { type Log, withoutSecrets } from '../../system/log.ts';
import type { Sealed } from '../recording.ts';
import {
  type Keeper,
  type Piece,
  type TargetConfig,
  type TargetEntry,
  TargetError,
  type TargetFacts,
  type TargetSession,
} from './contract.ts';
import { DEADLINES, type Deadlines, deadlineOf, restMs } from './deadline.ts';
import { type Answer, type CallOptions, KeeperProcess } from './keeper-process.ts';
import type { Request, SessionRequest } from './messages.ts';

export interface KeeperDeps {
  startChild: StartChild;
  clock: Clock;
  log: Log;
  deadlines?: Deadlines;
}

/** So many processes that were told to end, and are not gone, are the most. */
const LEFT_BEHIND_MOST = 3;

/** The keeper of a target. No process is started before the first call. */
export function startKeeper(config: TargetConfig, deps: KeeperDeps): Keeper {
  return new KeeperClient(config, deps);
}

type Send = <R extends Request>(
  request: R,
  options?: Pick<CallOptions, 'payload' | 'signal'>,
) => Promise<Answer<R['method']>>;

class KeeperClient implements Keeper {
  readonly #config: TargetConfig;
  readonly #deps: KeeperDeps;
  readonly #deadlines: Deadlines;
  /** Those that were replaced, until they are gone. */
  readonly #leaving = new Set<KeeperProcess>();
  #process: KeeperProcess | undefined;
  #replaced = 0;
  /** Processes in a row that were of no use, and when the next may start. */
  #failures = 0;
  #restUntil = 0;
  #closed: Promise<void> | undefined;

  constructor(config: TargetConfig, deps: KeeperDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#deadlines = deps.deadlines ?? DEADLINES;
  }

  get pid(): number | undefined {
    return this.#process?.fault ? undefined : this.#process?.pid;
  }

  get replaced(): number {
    return this.#replaced;
  }

  async open(
    known: Pick<TargetFacts, 'id' | 'fileSystem' | 'mounted'> | undefined,
    signal?: AbortSignal,
  ): Promise<TargetSession> {
    const send = this.#sender();
    const { value } = await send({ method: 'open', known }, { signal });
    this.#failures = 0;
    return new KeeperSession(value.session, value.facts, send);
  }

  async setUp({ id, sure }: { id: string; sure: boolean }, signal?: AbortSignal): Promise<TargetFacts> {
    const { value } = await this.#sender()({ method: 'setUp', id, sure }, { signal });
    this.#failures = 0;
    return value;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const gone = this.#process === undefined || (await this.#process.end());
    const left = this.#leaving.size + (gone ? 0 : 1);
    if (left > 0) {
      this.#deps.log.warn(
        `${left} keeper processes hang in the system and cannot be ended; they go when the target answers or is unmounted.`,
      );
    }
  }

  /** Calls to the process that runs now; they go to no other. */
  #sender(): Send {
    const keeper = this.#running();
    return (request, options = {}) => {
      if (keeper instanceof TargetError) return Promise.reject(keeper);
      return keeper.call(request, { ...options, deadlineMs: deadlineOf(request, this.#deadlines) });
    };
  }

  #running(): KeeperProcess | TargetError {
    if (this.#closed) return new TargetError('failed', 'The keeper is closed.');
    if (this.#process && !this.#process.fault) return this.#process;
    if (this.#leaving.size >= LEFT_BEHIND_MOST) {
      return new TargetError(
        'stuck',
        `${this.#leaving.size} keepers hang in the system and cannot be ended: the target does not answer. Unmount it, or restart its server.`,
      );
    }
    const waitMs = this.#restUntil - this.#deps.clock.monotonic();
    if (waitMs > 0) {
      return new TargetError('stuck', `The keeper is started again in ${Math.ceil(waitMs / 1000)} s.`);
    }
    return this.#start();
  }

  #start(): KeeperProcess {
    const keeper = new KeeperProcess(this.#config, this.#deps);
    this.#process = keeper;
    void keeper.failed.then((fault) => {
      if (!this.#closed) this.#replace(keeper, fault);
    });
    return keeper;
  }

  #replace(keeper: KeeperProcess, fault: TargetError): void {
    const { clock, log } = this.#deps;
    this.#replaced += 1;
    this.#failures += 1;
    this.#restUntil = clock.monotonic() + restMs(this.#failures);
    // A target that hangs for days is not worth a line every minute.
    log[this.#failures === 1 ? 'warn' : 'debug'](fault.message);
    this.#leaving.add(keeper);
    void keeper.exited.then(({ stderrTail }) => {
      this.#leaving.delete(keeper);
      for (const line of stderrTail) log.debug(withoutSecrets(line));
    });
  }
}

class KeeperSession implements TargetSession {
  readonly facts: TargetFacts;
  readonly #session: number;
  readonly #send: Send;

  constructor(session: number, facts: TargetFacts, send: Send) {
    this.#session = session;
    this.facts = facts;
    this.#send = send;
  }

  async put(path: string, pieces: readonly Piece[], signal?: AbortSignal): Promise<Sealed> {
    // A caller's piece may have more to it than the keeper needs to know.
    const plain = pieces.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 }));
    const { value } = await this.#send(
      { method: 'put', session: this.#session, path, pieces: plain },
      { signal },
    );
    return value;
  }

  async putText(path: string, text: string, signal?: AbortSignal): Promise<void> {
    const payload = Buffer.from(text);
    await this.#send({ method: 'putText', session: this.#session, path }, { payload, signal });
  }

  async readText(path: string, signal?: AbortSignal): Promise<string> {
    const { payload } = await this.#send({ method: 'readText', session: this.#session, path }, { signal });
    return payload.toString('utf8');
  }

  async read(path: string, from: number, to: number, signal?: AbortSignal): Promise<Buffer> {
    const { payload } = await this.#send(
      { method: 'read', session: this.#session, path, from, to },
      { signal },
    );
    return payload;
  }

  async stat(
    path: string,
    { hash }: { hash: boolean },
    signal?: AbortSignal,
  ): Promise<{ bytes: number; sha256?: string }> {
    const { value } = await this.#send({ method: 'stat', session: this.#session, path, hash }, { signal });
    return value;
  }

  async list(folder: string, signal?: AbortSignal): Promise<TargetEntry[]> {
    const { value } = await this.#send({ method: 'list', session: this.#session, path: folder }, { signal });
    return value;
  }

  async remove(path: string, signal?: AbortSignal): Promise<void> {
    await this.#send({ method: 'remove', session: this.#session, path }, { signal });
  }

  async removeEmptyFolders(folder: string, signal?: AbortSignal): Promise<void> {
    await this.#send({ method: 'removeEmptyFolders', session: this.#session, path: folder }, { signal });
  }

  /** A session of a keeper that is gone is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const request: SessionRequest = { method: 'close', session: this.#session };
    await this.#send(request).catch(() => {});
  }
}
