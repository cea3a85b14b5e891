/** The editor's question "what does the gate say now?", for the panel of the share node. It reads; nothing here changes anything. */
import type { ShareGate, ShareRecipient } from '../../protocol/sharing.ts';
import { authority } from './address.ts';
import { answerJson, fieldsOf } from './admin-answer.ts';
import { findServer } from './event-node.ts';
import type { FaultCode } from './fault.ts';
import { askHub } from './hub-request.ts';
import type { NodeRed } from './node-red.ts';

/** What the panel shows. `may`: whether the token may propose, where that is known. Cameras go by name. */
export type GatePanel =
  | { gate: 'on'; may: true; recipients: ShareRecipient[] }
  | { gate: 'off'; may?: boolean }
  | { gate: 'no-scope'; may: false }
  | { gate: 'unknown'; fault: FaultCode | 'not-deployed'; where: string; detail: string };

/**
 * `POST doorstep-share/gate` with `{server}`, the id of a deployed hub node, whose own token is used. Always asked anew: what the gate said before
 * may be wrong by now.
 */
export function shareGateRoute(RED: NodeRed): void {
  const mayRead = RED.auth.needsPermission('doorstep-share.read');
  RED.httpAdmin.post('/doorstep-share/gate', mayRead, async (request, response) => {
    const { server } = fieldsOf(request);
    answerJson(response, await gatePanel(RED, typeof server === 'string' ? server : ''));
  });
}

async function gatePanel(RED: NodeRed, server: string): Promise<GatePanel> {
  const hub = findServer(RED, server);
  if (!hub) return { gate: 'unknown', fault: 'not-deployed', where: '', detail: '' };
  const { address } = hub.deployed;
  const reply = await askHub(
    hub.deployed,
    { method: 'GET', path: '/shares/gate' },
    new AbortController().signal,
  );
  const unknown = (fault: FaultCode, detail = ''): GatePanel => ({
    ...{ gate: 'unknown', fault, where: address ? authority(address) : '', detail },
  });
  if (reply.ok) {
    const names = new Map(hub.cameras().map(({ id, name }) => [id, name]));
    const recipients = recipientsIn(reply.body)?.map((recipient) => ({
      ...recipient,
      cameras: recipient.cameras.map((id) => names.get(id) ?? id),
    }));
    return recipients ? { gate: 'on', may: true, recipients } : unknown('not-doorstep');
  }
  const { code, detail } = reply.fault;
  if (code === 'not-permitted') return { gate: 'no-scope', may: false };
  if (code !== 'nothing-there') return unknown(code, detail);
  // What a token may do is known from the connection, once there was one.
  const scopes = hub.scopes();
  return { gate: 'off', ...(scopes.length > 0 && { may: scopes.includes('share:request') }) };
}

/** What answers may be anything, and a handler of the editor's that throws would end Node-RED. Undefined where it is no gate. */
function recipientsIn(body: unknown): ShareRecipient[] | undefined {
  const { recipients } = (body ?? {}) as Partial<Record<keyof ShareGate, unknown>>;
  const isRecipient = (each: unknown): each is ShareRecipient =>
    typeof each === 'object' && each !== null && 'cameras' in each && Array.isArray(each.cameras);
  return Array.isArray(recipients) && recipients.every(isRecipient) ? recipients : undefined;
}
