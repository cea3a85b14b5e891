import { timingSafeEqual } from 'node:crypto';
import type { Scope } from '../../protocol/api.ts';
import type { PairingInfo, PairingOrder, PairingReply, PairingStarted } from '../../protocol/pairing.ts';
import type { Clock } from '../system/clock.ts';
import type { Auth } from './auth.ts';
import { HttpProblem, notFound, tooMany } from './problems.ts';
import { createRateLimit, networkOf } from './rate-limit.ts';
import { hashSecret, pairingCode, randomSecret } from './secret.ts';

/** Long enough to find the phone. */
export const PAIRING_MS = 10 * 60_000;
/** From the approval on, for a program that asks every few seconds. */
const FETCH_MS = 2 * 60_000;
/** Open requests that the household can still look through, and those that one address may have among them. */
const MOST_OPEN = 8;
const MOST_OPEN_OF_ADDRESS = 3;
/** Answered ones that are remembered so that their program learns the answer. */
const MOST_KEPT = 64;

/**
 * Programs that ask to be let in. All of it lives in memory: a restart loses no more than a question that takes seconds to ask again, and
 * what a stranger may write into leaves nothing on the disk.
 */
export interface Pairings {
  /**
   * Opens a request.
   * @throws HttpProblem `not-claimed`, `too-many-attempts`, `too-many-pairings`
   */
  ask(order: PairingOrder, address: string): PairingStarted;
  /**
   * How it stands. The one who has the secret gets the token once; after that there is no such pairing.
   * @throws HttpProblem `not-found` for an unknown id and for a wrong secret alike, `too-many-attempts`
   */
  look(id: string, secret: string, address: string): PairingReply;
  /** The program itself has changed its mind. Throws as {@link look}. */
  callOff(id: string, secret: string, address: string): void;
  /** What waits for the household, or for its program, oldest first. */
  open(): PairingInfo[];
  /** Undefined when nothing of that id waits for an answer. */
  approve(id: string, scopes: readonly Scope[]): PairingInfo | undefined;
  decline(id: string): PairingInfo | undefined;
}

interface Pairing extends Omit<PairingInfo, 'state'> {
  /** On the clock that never steps. */
  endsAt: number;
  secretHash: Buffer;
  answer: { is: 'none' } | { is: 'approved'; scopes: readonly Scope[] } | { is: 'declined' };
}

export function createPairings({
  auth,
  clock,
}: {
  auth: Pick<Auth, 'claimed' | 'createToken'>;
  clock: Clock;
}): Pairings {
  /** By id, oldest first. */
  const all = new Map<string, Pairing>();
  const asks = createRateLimit({ clock, limit: 10, windowMs: PAIRING_MS });
  const guesses = createRateLimit({ clock, limit: 20, windowMs: 60_000 });
  const isOpen = ({ answer, endsAt }: Pairing) => answer.is !== 'declined' && clock.monotonic() < endsAt;
  const openOnes = () => [...all.values()].filter(isOpen);

  const find = (id: string, secret: string, address: string): Pairing => {
    const found = all.get(id);
    if (found && timingSafeEqual(found.secretHash, hashSecret(secret))) return found;
    const wait = guesses.waitMs(address);
    if (wait > 0) throw tooMany(wait);
    guesses.count(address);
    throw noPairing();
  };
  const waiting = (id: string): Pairing | undefined => {
    const found = all.get(id);
    return found && isOpen(found) && found.answer.is === 'none' ? found : undefined;
  };

  return {
    ask({ name, scopes }, address) {
      if (!auth.claimed) throw nobodyToAsk();
      const wait = asks.waitMs(address);
      if (wait > 0) throw tooMany(wait);
      const open = openOnes();
      const ofAddress = open.filter((each) => networkOf(each.address) === networkOf(address));
      if (open.length >= MOST_OPEN || ofAddress.length >= MOST_OPEN_OF_ADDRESS) throw tooManyOpen();
      asks.count(address);
      const taken = new Set([...all.values()].map(({ code }) => code));
      const askedAt = clock.now();
      const secret = randomSecret();
      const pairing: Pairing = {
        ...{ id: randomSecret(), name: name.trim(), code: pairingCode(taken), address },
        ...{ askedAt, expiresAt: askedAt + PAIRING_MS, endsAt: clock.monotonic() + PAIRING_MS },
        ...{ scopes: [...new Set(scopes)], secretHash: hashSecret(secret), answer: { is: 'none' } },
      };
      forgetAnswered(all, isOpen);
      all.set(pairing.id, pairing);
      return { id: pairing.id, code: pairing.code, secret, expiresAt: pairing.expiresAt };
    },
    look(id, secret, address) {
      const pairing = find(id, secret, address);
      const { answer, expiresAt, name } = pairing;
      if (answer.is === 'declined') return { state: 'declined' };
      if (!isOpen(pairing)) return { state: 'expired' };
      if (answer.is === 'none') return { state: 'pending', expiresAt };
      // Only now: a token that nobody fetches never exists.
      all.delete(id);
      return { state: 'approved', token: auth.createToken({ name, scopes: answer.scopes }) };
    },
    callOff(id, secret, address) {
      all.delete(find(id, secret, address).id);
    },
    open: () => openOnes().map(infoOf),
    approve(id, scopes) {
      const pairing = waiting(id);
      if (!pairing) return undefined;
      pairing.answer = { is: 'approved', scopes: [...new Set(scopes)] };
      pairing.endsAt = clock.monotonic() + FETCH_MS;
      pairing.expiresAt = clock.now() + FETCH_MS;
      return infoOf(pairing);
    },
    decline(id) {
      const pairing = waiting(id);
      if (pairing) pairing.answer = { is: 'declined' };
      return pairing && infoOf(pairing);
    },
  };
}

/** Makes room for one more: the oldest go that nobody waits for. */
function forgetAnswered(all: Map<string, Pairing>, isOpen: (pairing: Pairing) => boolean): void {
  const over = [...all.values()].filter((each) => !isOpen(each));
  for (const { id } of over.slice(0, Math.max(0, all.size - MOST_KEPT + 1))) all.delete(id);
}

function infoOf({ id, name, code, scopes, address, askedAt, expiresAt, answer }: Pairing): PairingInfo {
  const state = answer.is === 'approved' ? 'approved' : 'pending';
  return { id, name, code, scopes, address: plain(address), askedAt, expiresAt, state };
}

/** An IPv4 address as people know it, also where it came over an IPv6 socket. */
function plain(address: string): string {
  return address.replace(/^::ffff:/i, '');
}

function noPairing() {
  return notFound('There is no such pairing, or it is over.', 'Ask anew.');
}

function nobodyToAsk() {
  return new HttpProblem(409, {
    code: 'not-claimed',
    what: 'This hub has no passphrase yet, so there is nobody who could let a program in.',
    cure: 'Open its web app first and claim it with the code in the Homebridge log.',
  });
}

function tooManyOpen() {
  return new HttpProblem(429, {
    code: 'too-many-pairings',
    what: 'Enough programs wait to be let in already.',
    cure: 'Answer those in the web app under Settings, Node-RED and other programs. Should strangers keep asking: make a token there by hand and enter it in the program.',
  });
}
