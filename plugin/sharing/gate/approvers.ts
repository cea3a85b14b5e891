/** Who may approve: people with a PIN, which is asked for each time. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ulid } from 'ulid';
import { hashTyped, isTyped, type ScryptCost } from '../../system/scrypt-hash.ts';
import type { GateStore } from './gate-store.ts';
import { type Guesses, LOCK_MS, NO_GUESSES, TRIES, takeGuess } from './lockout.ts';
import { isPinLength, PIN_COST } from './pin.ts';
import { makePinProof, type PinProof } from './pin-proof.ts';
import type { Policy } from './policy.ts';
import { isPlainLine } from './purpose.ts';

/** Why a PIN was not taken. `lockedMs`: until the next try is. */
export type PinRefusal = { refusal: 'wrong-pin' | 'busy' } | { refusal: 'locked'; lockedMs: number };

/** So many wait for their PIN to be compared; each takes 128 MiB, so they take turns. */
const MOST_WAITING = 4;
const LONGEST_NAME = 80;

interface ApproversOptions {
  store: GateStore;
  policy: Policy;
  /** Of new PINs. */
  cost?: ScryptCost;
}

export class Approvers {
  readonly #store: GateStore;
  readonly #policy: Policy;
  readonly #cost: ScryptCost;
  /** Of a PIN that nobody knows: comparing with it takes as long as with a real one. */
  #nobody: Promise<string> | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor({ store, policy, cost = PIN_COST }: ApproversOptions) {
    this.#store = store;
    this.#policy = policy;
    this.#cost = cost;
  }

  /** Without their PINs. `usable`: whether they can approve now. */
  list(): { id: string; name: string; usable: boolean }[] {
    const { ran } = this.#store.time.now();
    const approvers = this.#store.people.approvers();
    return approvers.map(({ id, name, usableRan }) => ({ id, name, usable: ran >= usableRan }));
  }

  /**
   * For those who have the owner's say. The first one can approve at once; a later one after a day, or one person could be two.
   */
  async add(
    name: string,
    pin: string,
  ): Promise<{ id: string } | { refusal: 'pin-length' | 'name-unusable' }> {
    if (!isPlainLine(name, LONGEST_NAME)) return { refusal: 'name-unusable' };
    if (!isPinLength(pin)) return { refusal: 'pin-length' };
    const hash = await hashTyped(pin, this.#cost);
    return this.#store.change((now) => {
      const id = ulid(now.wall);
      const isFirst = this.#store.people.approvers().length === 0;
      const usableRan = isFirst ? now.ran : now.ran + this.#policy.waitMs;
      this.#store.people.saveApprover({ id, name, pin: hash, usableRan, guesses: NO_GUESSES });
      this.#store.post([{ at: now.wall, kind: 'pin-set', facts: { approver: id } }]);
      return { id };
    });
  }

  /** Whether this is the PIN of that approver; undefined when it is. For one that is not there it takes as long, and the answer is the same. */
  async refusePin(id: string, pin: string): Promise<PinRefusal | undefined> {
    if (this.#waiting >= MOST_WAITING) return { refusal: 'busy' };
    this.#waiting += 1;
    const turn = this.#turn.then(() => this.#compare(id, pin));
    this.#turn = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #compare(id: string, pin: string): Promise<PinRefusal | undefined> {
    const approver = this.#store.people.approver(id);
    // One that is not there has no row to count in; the work is the same.
    const guess = this.#takeGuess(id);
    if ('lockedMs' in guess) return { refusal: 'locked', lockedMs: guess.lockedMs };
    this.#nobody ??= hashTyped(randomBytes(16).toString('hex'), this.#cost);
    const right = await isTyped(pin, approver?.pin ?? (await this.#nobody));
    if (!approver || !right) return this.#tellWrong(approver?.id, guess.guesses);
    this.#store.change(() => this.#store.people.setGuesses(id, NO_GUESSES));
    return undefined;
  }

  #tellWrong(approver: string | undefined, { wrong, lockedUntil }: Guesses): PinRefusal {
    const locks = lockedUntil > 0;
    this.#store.change(({ wall: at }) => {
      // A guess at nobody's PIN is not told: anybody on the network could fill the log.
      if (approver === undefined) return;
      const triesLeft = locks ? 0 : TRIES - wrong;
      this.#store.post([{ at, kind: 'pin-refused', facts: { approver, triesLeft } }]);
      if (locks) this.#store.post([{ at, kind: 'pin-locked', facts: { until: at + LOCK_MS } }]);
    });
    return { refusal: 'wrong-pin' };
  }

  /** Counted as wrong on the disk before it is compared: whoever pulls the plug gains no try. */
  #takeGuess(id: string) {
    return this.#store.change((now) => {
      const guesses = this.#store.people.approver(id)?.guesses ?? NO_GUESSES;
      const taken = takeGuess(guesses, now.ran);
      if ('lockedMs' in taken) return taken;
      this.#store.people.setGuesses(id, taken.guesses);
      return taken;
    });
  }

  /** A showing of these bytes to that approver: the secret that goes into its form, once. Within `GateStore.change`. */
  show(share: { id: string; digest: string }, approverId: string, wall: number): string {
    const secret = randomBytes(32).toString('base64url');
    this.#store.people.removeTokensBefore(wall);
    this.#store.people.addToken({
      ...{ hash: hashOf(secret), shareId: share.id, approverId, digest: share.digest },
      expiresAt: wall + this.#policy.approvalMs,
    });
    return secret;
  }

  /** The PIN, for what was shown with that secret. The showing is not used up by it: see {@link use}. */
  async prove(
    secret: string,
    approverId: string,
    pin: string,
  ): Promise<PinProof | PinRefusal | { refusal: 'token-unusable' }> {
    const hash = hashOf(secret);
    const token = this.#store.people.token(hash);
    const fits = token && timingSafeEqual(token.hash, hash) && token.approverId === approverId;
    if (!fits || this.#store.time.now().wall >= token.expiresAt) return { refusal: 'token-unusable' };
    const refused = await this.refusePin(approverId, pin);
    return refused ?? makePinProof({ approverId, shareId: token.shareId, digest: token.digest });
  }

  /** Within the change that approves: false when it was used before, or is over. */
  use(secret: string, wall: number): boolean {
    const hash = hashOf(secret);
    const token = this.#store.people.token(hash);
    return token !== undefined && wall < token.expiresAt && this.#store.people.useToken(hash);
  }
}

/** 256 bits of chance need no salt and no slow hash. */
function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
