/** The editor's question "does this address and token work, and which cameras are there?", asked before and after a deploy. */

import { type HubAddress, readAddress, sameAddress } from './address.ts';
import { answerJson, fieldsOf } from './admin-answer.ts';
import { findServer } from './event-node.ts';
import type { FaultCode } from './fault.ts';
import type { AdminHandler, NodeRed } from './node-red.ts';
import { type ProbeResult, probe } from './probe.ts';
import { WIRE_TIMING } from './wire.ts';

/** `token-again`: the deployed token is not for this address, so it has to be typed once more. */
type TryResult = ProbeResult | { ok: false; fault: { code: FaultCode | 'token-again' } };

/** Someone waits in front of a dialog. */
const TIMING = { ...WIRE_TIMING, handshakeMs: 5000, helloMs: 5000 };

/**
 * `POST doorstep-server/try` with `{id, host, port, tls, token?}`. Without a token it uses the deployed one of node `id`, and that
 * only for the deployed address: nobody can have it sent elsewhere. Whoever may only read cannot make us dial other addresses.
 */
export function tryRoute(RED: NodeRed): void {
  const mayRead = RED.auth.needsPermission('doorstep-server.read');
  const mayWrite = RED.auth.needsPermission('doorstep-server.write');
  const answer: AdminHandler = async (request, response) => {
    const { address, token, fault } = question(RED, fieldsOf(request));
    const result: TryResult =
      address && !fault
        ? await probe(address, token, TIMING)
        : { ok: false, fault: { code: fault ?? 'bad-address' } };
    answerJson(response, result);
  };
  RED.httpAdmin.post('/doorstep-server/try', mayRead, (request, response, next) => {
    if (question(RED, fieldsOf(request)).deployed) return answer(request, response, next);
    mayWrite(request, response, () => answer(request, response, next));
  });
}

interface Question {
  address: HubAddress | undefined;
  token: string;
  /** Asks for nothing but what is deployed. */
  deployed: boolean;
  fault?: FaultCode | 'token-again';
}

function question(RED: NodeRed, { id, token, ...settings }: Record<string, unknown>): Question {
  const address = readAddress(settings);
  const own = typeof id === 'string' ? findServer(RED, id)?.deployed : undefined;
  const same = address && own?.address && sameAddress(address, own.address);
  if (typeof token === 'string' && token.trim()) return { address, token: token.trim(), deployed: false };
  if (same) return { address, token: own.token, deployed: true };
  return { address, token: '', deployed: false, fault: own?.token ? 'token-again' : 'no-token' };
}
