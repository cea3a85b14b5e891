/**
 * The gate without its pages: shares from proposal to release, on the disk at each step. Nothing here listens or sends by itself; channels,
 * pages and timers are handed in or stand above.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ulid } from 'ulid';
import type { Clock } from '../../system/clock.ts';
import type { ScryptCost } from '../../system/scrypt-hash.ts';
import type { Cut } from '../contract.ts';
import { type Act, type Facts, FROM } from './act.ts';
import { Approvers, type PinRefusal } from './approvers.ts';
import { approvedOf, digestOf } from './digest.ts';
import { type AuditLog, loggedActor } from './entry.ts';
import { GateStore } from './gate-store.ts';
import type { Moment } from './moment.ts';
import { type NewRecipient, newRecipient, type RecipientRefusal } from './new-recipient.ts';
import { POLICY, type Policy } from './policy.ts';
import { proposalsUsedUp } from './rate-limits.ts';
import { approvalsNeeded, RECALL } from './recipient-rules.ts';
import { Releases, type SendShare } from './releases.ts';
import type { Actor, KeptRecipient, Refused, Share, Step } from './share.ts';
import { step } from './step.ts';

export interface GateOptions {
  /** Of the gate's own; for its user alone. */
  folder: string;
  clock: Clock;
  policy?: Policy;
  audit: AuditLog;
  send: SendShare;
  /** Hex SHA-256 of a file; rejects when it cannot be read. */
  hashFile?: (path: string) => Promise<string>;
  pinCost?: ScryptCost;
}

/** What became of an act: the share as it is now, and what is to be done for it. */
export type Outcome = Omit<Step, 'entries'> | Refused;

const RESTARTED: Actor = { kind: 'gate', as: 'restart' };
const CLOCK: Actor = { kind: 'gate', as: 'clock' };

/** The time is written this often while nothing happens, in ms: what a crash takes of a wait is added to it. */
const KEEP_TIME_MS = 60_000;

export class Gate implements AsyncDisposable {
  readonly store: GateStore;
  readonly approvers: Approvers;
  readonly policy: Policy;
  readonly #releases: Releases;
  readonly #hashFile: (path: string) => Promise<string>;
  #timeKept = 0;

  /** @throws ProblemError see `openStoreFile` */
  constructor(options: GateOptions) {
    const { folder, clock, policy = POLICY, hashFile = sha256File } = options;
    this.policy = policy;
    this.#hashFile = hashFile;
    this.store = new GateStore(folder, clock);
    const { store } = this;
    this.approvers = new Approvers({ store, policy, ...(options.pinCost && { cost: options.pinCost }) });
    this.#releases = new Releases({ gate: this, audit: options.audit, send: options.send, store });
    for (const { id } of store.shares(FROM.restart)) this.act(id, { type: 'restart', by: RESTARTED });
  }

  /** Programs may do this, and `cancel`, and no more. A dry run keeps nothing. */
  propose(proposal: { recipientId: string; clip: Cut | undefined; by: Actor; dryRun?: boolean }): Outcome {
    const { recipientId, clip, by, dryRun = false } = proposal;
    return this.store.change((now) => {
      const proposedRan = this.store.proposedRan(now);
      const facts = this.#facts(recipientId, undefined, now);
      const act: Act = { type: 'propose', by, id: ulid(now.wall), clip, facts, proposedRan };
      const taken = step(undefined, act, now, this.policy);
      if (!dryRun && 'share' in taken) return this.#keep(taken, now);
      const tooMany = by.kind === 'program' && proposalsUsedUp(proposedRan, now.ran, this.policy);
      if (!dryRun && tooMany) this.store.countDropped();
      return taken;
    });
  }

  /** Any act that has no method of its own, in one transaction. What is over by then, is over first. */
  act(id: string, act: Exclude<Act, { type: 'propose' | 'render' | 'approve' | 'release' }>): Outcome {
    return this.store.change((now) => this.#act(id, () => act, now));
  }

  #act(id: string, act: (share: Share) => Act, now: Moment): Outcome {
    const share = this.store.share(id);
    if (!share) return { refusal: 'no-such-share' };
    const wanted = act(share);
    const over = step(share, { type: 'expire', by: CLOCK }, now, this.policy);
    if ('share' in over) {
      const expired = this.#keep(over, now);
      return wanted.type === 'expire' ? expired : { refusal: 'expired' };
    }
    const taken = step(share, wanted, now, this.policy);
    return 'share' in taken ? this.#keep(taken, now) : taken;
  }

  #keep({ share, entries, effects }: Step, now: Moment): Omit<Step, 'entries'> {
    this.store.save(share, now);
    this.store.post(entries);
    return { share, effects };
  }

  #facts(recipientId: string, shareId: string | undefined, now: Moment): Facts {
    const recipient = this.store.people.recipient(recipientId);
    return { on: this.store.on, recipient, others: this.store.others(shareId, now) };
  }

  /** Has a file made of a part of the clip; the effect says which job. */
  render(id: string, by: Actor, { cut, original }: { cut: Cut; original: boolean }): Outcome {
    return this.store.change((now) =>
      this.#act(
        id,
        (share) => ({ type: 'render', by, cut, original, facts: this.#facts(share.recipientId, id, now) }),
        now,
      ),
    );
  }

  /** What the page shows above the field for the PIN, and the secret of this showing. */
  show(id: string, approverId: string) {
    return this.store.change((now) => {
      const share = this.store.share(id);
      const approved = share && approvedOf(share);
      if (share?.state !== 'review' || now.wall >= share.expiresAt)
        return { refusal: share ? ('wrong-state' as const) : ('no-such-share' as const) };
      if (!approved || !share.artefact) return { refusal: 'purpose-missing' as const };
      const approver = this.store.people.approver(approverId);
      if (!approver || now.ran < approver.usableRan) return { refusal: 'not-yours' as const };
      const digest = digestOf(approved, share.class);
      return {
        ...{ approved, digest, recall: RECALL[share.channel], undoMs: this.policy.undoMs[share.class] },
        people: approvalsNeeded(share.class, share.artefact.kind, this.policy),
        secret: this.approvers.show({ id, digest }, approverId, now.wall),
      };
    });
  }

  /** The one way on: with the secret of a showing, and the PIN. The secret is used up when the PIN was right. */
  async approve(answer: {
    secret: string;
    approverId: string;
    pin: string;
    urgent?: boolean;
  }): Promise<Outcome | PinRefusal | { refusal: 'token-unusable' }> {
    const { secret, approverId, pin, urgent = false } = answer;
    const proof = await this.approvers.prove(secret, approverId, pin);
    if ('refusal' in proof) return proof;
    const fileSha256 = await this.#hashOf(this.store.share(proof.shareId));
    const by: Actor = { kind: 'approver', id: approverId };
    return this.store.change((now) => {
      if (!this.approvers.use(secret, now.wall)) return { refusal: 'token-unusable' };
      const approve = (share: Share): Act => {
        const facts = this.#facts(share.recipientId, share.id, now);
        return { type: 'approve', by, proof, urgent, fileSha256, facts };
      };
      return this.#act(proof.shareId, approve, now);
    });
  }

  /**
   * Called every few seconds: ends what is over, and releases what has waited. Resolves when what it sent is sent, with the shares whose link
   * is still to be made dead: `recalled` takes one from the list.
   */
  async tick(): Promise<Share[]> {
    const now = this.store.time.now();
    if (now.ran - this.#timeKept >= KEEP_TIME_MS) {
      this.store.change(() => {});
      this.#timeKept = now.ran;
    }
    this.#releases.record();
    for (const share of this.store.shares(FROM.expire)) {
      const isOver = 'share' in step(share, { type: 'expire', by: CLOCK }, now, this.policy);
      if (isOver) this.act(share.id, { type: 'expire', by: CLOCK });
    }
    for (const share of this.store.shares(['waiting']))
      if (now.ran >= (share.releaseFrom ?? Infinity)) await this.#releases.release(share.id);
    await this.#releases.tell();
    return this.store.toRecall();
  }

  /** For `Releases`: the intent to send, on the disk when this resolves. */
  async beginRelease(id: string): Promise<Outcome> {
    const fileSha256 = await this.#hashOf(this.store.share(id));
    return this.store.change((now) =>
      this.#act(
        id,
        (share) => ({
          type: 'release',
          by: CLOCK,
          fileSha256,
          facts: this.#facts(share.recipientId, id, now),
        }),
        now,
      ),
    );
  }

  async #hashOf(share: Share | undefined): Promise<string | undefined> {
    if (!share?.artefact) return undefined;
    return this.#hashFile(share.artefact.file.path).catch(() => undefined);
  }

  /** Anybody may. All that has not left yet is cancelled. */
  switchOff(by: Actor): void {
    this.store.change((now) => {
      this.store.setOn(false);
      const facts = { on: false, by: loggedActor(by) };
      this.store.post([{ at: now.wall, kind: 'sharing-switched', facts }]);
      for (const { id } of this.store.shares(FROM.cancel))
        this.#act(id, () => ({ type: 'cancel', by, reason: 'sharing-off' }), now);
    });
  }

  /** Undefined when it is on. */
  async switchOn(approverId: string, pin: string): Promise<PinRefusal | undefined> {
    const refused = await this.approvers.refusePin(approverId, pin);
    if (refused) return refused;
    this.store.change(({ wall }) => {
      this.store.setOn(true);
      this.store.post([{ at: wall, kind: 'sharing-switched', facts: { on: true, by: 'owner' } }]);
    });
    return undefined;
  }

  async addRecipient(
    written: NewRecipient,
    approverId: string,
    pin: string,
  ): Promise<KeptRecipient | PinRefusal | { refusal: RecipientRefusal }> {
    const refused = await this.approvers.refusePin(approverId, pin);
    if (refused) return refused;
    return this.store.change((now) => {
      const recipient = newRecipient(ulid(now.wall), written, now, this.policy);
      if ('refusal' in recipient) return recipient;
      const { id, class: to, channel, usableFrom, expiresAt } = recipient;
      const facts = { recipient: id, class: to, channel, usableFrom };
      this.store.people.saveRecipient(recipient);
      this.store.post([
        { at: now.wall, kind: 'recipient-added', facts: { ...facts, ...(expiresAt && { expiresAt }) } },
      ]);
      return recipient;
    });
  }

  /** With all that waits for it. */
  removeRecipient(id: string, by: Actor): void {
    this.store.change((now) => {
      const recipient = this.store.people.recipient(id);
      if (!recipient || recipient.removedAt !== undefined) return;
      this.store.people.saveRecipient({ ...recipient, removedAt: now.wall });
      this.store.post([{ at: now.wall, kind: 'recipient-removed', facts: { recipient: id } }]);
      for (const share of this.store.shares(FROM.cancel))
        if (share.recipientId === id)
          this.#act(share.id, () => ({ type: 'cancel', by, reason: 'recipient-gone' }), now);
    });
  }

  /** Waits for what is being sent. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#releases[Symbol.asyncDispose]();
    this.store[Symbol.dispose]();
  }
}

async function sha256File(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
