/** Pairings that dialogs of the editor have under way. Their secrets stay here, in the runtime. */
import { randomBytes } from 'node:crypto';
import { type NewToken, SCOPES, type Scope } from '../../protocol/api.ts';
import { PAIRING_HEADER, type PairingReply, type PairingStarted } from '../../protocol/pairing.ts';
import type { HubAddress } from './address.ts';
import { type Fault, faultOfToken } from './fault.ts';
import { askOpenly } from './hub-request.ts';

/** What the editor learns: `pairing` names it from then on, to this runtime alone. */
export type DeskStart = { ok: true; pairing: string; code: string } | { ok: false; fault: Fault };

/**
 * `pending` with a fault: the hub does not answer at the moment, and may again. `gone`: it knows nothing of the pairing any more, as after a
 * restart. `token` is for the credential of the node that asked, and nothing else.
 */
export type DeskLook =
  | { state: 'pending'; fault?: Fault }
  | { state: 'approved'; token: string; scopes: Scope[] }
  | { state: 'declined' | 'expired' | 'gone' };

export interface PairingDesk {
  /** Asks the hub. Never rejects. */
  start(address: HubAddress, order: { name: string; scopes: Scope[] }): Promise<DeskStart>;
  /** Never rejects. Once approved it says so until {@link end}: the hub gives the token once, and the way to the editor may break. */
  look(pairing: string): Promise<DeskLook>;
  /** Forgets it, and calls it off where nobody has answered. */
  end(pairing: string): Promise<void>;
}

interface Pairing {
  address: HubAddress;
  id: string;
  secret: string;
  since: number;
  approved?: Extract<DeskLook, { state: 'approved' }>;
}

/** The hub gives it 10 min, and 2 more to fetch the token. */
const LONGEST_MS = 15 * 60_000;
const MOST = 16;

export function createPairingDesk(
  { now }: { now: () => number } = { now: () => performance.now() },
): PairingDesk {
  const all = new Map<string, Pairing>();
  const never = new AbortController().signal;

  /** A browser that was closed in the middle says no farewell. */
  const forgetOld = () => {
    for (const [pairing, { since }] of all)
      if (now() - since > LONGEST_MS || all.size >= MOST) all.delete(pairing);
  };
  const ask = ({ address, id, secret }: Pairing, method: 'GET' | 'DELETE') =>
    askOpenly(
      address,
      { method, path: `/pairings/${encodeURIComponent(id)}` },
      { [PAIRING_HEADER]: secret },
      never,
    );

  return {
    async start(address, order) {
      forgetOld();
      const reply = await askOpenly(address, { method: 'POST', path: '/pairings', body: order }, {}, never);
      if (!reply.ok) return reply;
      const started = startedIn(reply.body);
      if (!started) return { ok: false, fault: { code: 'not-doorstep', detail: 'HTTP 201' } };
      const pairing = randomBytes(32).toString('base64url');
      all.set(pairing, { address, id: started.id, secret: started.secret, since: now() });
      return { ok: true, pairing, code: started.code };
    },
    async look(pairing) {
      const found = all.get(pairing);
      if (!found) return { state: 'gone' };
      if (found.approved) return found.approved;
      const reply = await ask(found, 'GET');
      if (!reply.ok) {
        return reply.fault.code === 'nothing-there'
          ? { state: 'gone' }
          : { state: 'pending', fault: reply.fault };
      }
      const answer = answerIn(reply.body);
      if (answer.state === 'approved') found.approved = answer;
      return answer;
    },
    async end(pairing) {
      const found = all.get(pairing);
      all.delete(pairing);
      if (found && !found.approved) await ask(found, 'DELETE');
    },
  };
}

function answerIn(body: unknown): DeskLook {
  const answer = (body ?? {}) as Partial<PairingReply>;
  if (answer.state === 'declined' || answer.state === 'expired') return { state: answer.state };
  if (answer.state !== 'approved') return { state: 'pending' };
  const { token, scopes } = (answer.token ?? {}) as Partial<Record<keyof NewToken, unknown>>;
  // It is given once; what is none now never will be one.
  if (typeof token !== 'string' || faultOfToken(token) || !Array.isArray(scopes)) return { state: 'gone' };
  return { state: 'approved', token, scopes: SCOPES.filter((scope) => scopes.includes(scope)) };
}

/** What answers may be anything. */
function startedIn(body: unknown): PairingStarted | undefined {
  const { id, code, secret } = (body ?? {}) as Partial<PairingStarted>;
  const texts = [id, code, secret].every((text) => typeof text === 'string' && /^[\w-]{1,100}$/.test(text));
  return texts ? (body as PairingStarted) : undefined;
}
