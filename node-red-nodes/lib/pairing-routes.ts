/** The editor's way to a token: the owner compares a code and lets Node-RED in. Works before the first deploy. */
import { hostname } from 'node:os';
import { SCOPES } from '../../protocol/api.ts';
import { readAddress } from './address.ts';
import { writeRoute } from './admin-answer.ts';
import type { NodeRed } from './node-red.ts';
import { createPairingDesk, type PairingDesk } from './pairing-desk.ts';

/**
 * `POST doorstep-server/pairings` with `{host, port, tls, scopes}` asks the hub; `…/look` and `…/end` with `{pairing}` follow it. All are for
 * those who may change the node: the token goes to the password field of their dialog, and from there nowhere but into its credentials.
 */
export function pairingRoutes(RED: NodeRed, desk: PairingDesk = createPairingDesk()): void {
  writeRoute(RED, '/doorstep-server/pairings', async ({ scopes, ...settings }) => {
    const address = readAddress(settings);
    if (!address) return { ok: false, fault: { code: 'bad-address' } };
    const wanted = SCOPES.filter((scope) => Array.isArray(scopes) && scopes.includes(scope));
    return desk.start(address, { name: programName(hostname()), scopes: wanted });
  });
  writeRoute(RED, '/doorstep-server/pairings/look', ({ pairing }) => desk.look(String(pairing)));
  writeRoute(RED, '/doorstep-server/pairings/end', async ({ pairing }) => {
    await desk.end(String(pairing));
    return {};
  });
}

/** How this program introduces itself, at most 63 letters that can be seen: `Node-RED on pi`. */
export function programName(machine: string): string {
  const name = machine.replace(/\p{C}/gu, '').trim();
  return (name ? `Node-RED on ${name}` : 'Node-RED').slice(0, 63).trim();
}
