/** Intent, send, result: in this order, each on the disk before the next, so that a crash never sends twice and always leaves a record. */
import type { ActOf } from './act.ts';
import type { AuditLog } from './entry.ts';
import type { Gate } from './gate.ts';
import type { GateStore } from './gate-store.ts';
import type { Actor, Sending } from './share.ts';

/**
 * Sends one share. Before the first byte leaves, it hashes what it reads from the file as it sends it, and rejects where that is not
 * `approved.sha256`. Rejects also where it cannot be known to have arrived.
 */
export type SendShare = (sending: Sending) => Promise<void>;

interface ReleasesOptions {
  gate: Pick<Gate, 'act' | 'beginRelease'>;
  store: GateStore;
  audit: AuditLog;
  send: SendShare;
}

const by: Actor = { kind: 'gate', as: 'clock' };
type Result = ActOf<'sent' | 'sendFailed'>;
const SENT: Result = { type: 'sent', by };
const SEND_FAILED: Result = { type: 'sendFailed', by, reason: 'send-failed' };
const LOG_UNWRITABLE: Result = { type: 'sendFailed', by, reason: 'log-unwritable' };

export class Releases implements AsyncDisposable {
  readonly #options: ReleasesOptions;
  readonly #results = new Map<string, Result>();
  readonly #underWay = new Set<Promise<unknown>>();
  #telling: Promise<boolean> = Promise.resolve(true);
  #closed = false;

  constructor(options: ReleasesOptions) {
    this.#options = options;
  }

  /** Nothing happens where it is not time, or somebody was quicker. */
  release(id: string): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const release = this.#release(id);
    this.#underWay.add(release);
    return release.finally(() => this.#underWay.delete(release));
  }

  async #release(id: string): Promise<void> {
    const { gate, send } = this.#options;
    const outcome = await gate.beginRelease(id);
    if (!('share' in outcome)) return;
    for (const effect of outcome.effects) {
      if (effect.type !== 'send') continue;
      if (!(await this.tell())) {
        this.#results.set(id, LOG_UNWRITABLE);
        this.record();
        continue;
      }
      const arrived = await send(effect.sending).then(
        () => true,
        () => false,
      );
      this.#results.set(id, arrived ? SENT : SEND_FAILED);
      this.record();
    }
  }

  /** Writes what became of shares that were sent; what the disk does not take stays here for the next time. Throws then. */
  record(): void {
    for (const [id, result] of this.#results) {
      this.#options.gate.act(id, result);
      this.#results.delete(id);
    }
  }

  /** Gives the audit log what it does not have yet, in order. False when it does not take it; it is given again the next time. */
  tell(): Promise<boolean> {
    this.#telling = this.#telling.then(() => this.#tell());
    return this.#telling;
  }

  async #tell(): Promise<boolean> {
    const { store, audit } = this.#options;
    try {
      for (const { n, entry } of store.outbox()) {
        await audit.append(entry);
        store.posted(n);
      }
      return true;
    } catch {
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
    await this.tell();
  }
}
