/** What the hub says is what its documentation says. */

import { Value } from 'typebox/value';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { API_PREFIX } from '../../protocol/api.ts';
import type { DecisionInfo, SightInfo } from '../../protocol/detection.ts';
import { PAIRING_HEADER, type PairingStarted } from '../../protocol/pairing.ts';
import { http, json } from '../../test/support/api-client.ts';
import { type FakeHub, startFakeHub } from '../../test/support/fake-hub.ts';
import { routes } from './routes.ts';
import { errorReply } from './schemas.ts';

const BOX = { left: 0.1, top: 0.2, right: 0.3, bottom: 0.4 };
const DECISION = {
  ...{ id: '01', at: 1000, kind: 'package', phase: 'delivered', rule: 'new-after-visit', eventId: '02' },
  ...{ score: 0.9, scores: { size: 0.1 }, box: BOX, pictures: ['before', 'after'] },
  ...{ answer: 'wrong', correctedBy: '03' },
} satisfies Omit<DecisionInfo, 'camera'>;
const SIGHT: SightInfo = {
  ...{ at: 1000, motion: { columns: 2, rows: 1, cells: '01' }, people: [{ box: BOX, score: 0.5 }] },
  ...{ candidates: [{ box: BOX, waitsFor: 'visit' }], packages: [{ id: '04', box: BOX }] },
  ...{ smallest: 0.1, shortestMs: 600, model: 'MoveNet MultiPose' },
};

let hub: FakeHub;
/** Of an export that is being made. */
let exportId: string;
let clipId: string;
let pairing: PairingStarted;
beforeAll(async () => {
  hub = await startFakeHub();
  clipId = (await hub.clips.add(hub.cameras[0].ref, hub.media)).id;
  hub.services.trigger('cam-1', 'ring', { test: true, from: 'order' });
  hub.auth.createToken({ name: 'x', scopes: ['events'] });
  hub.packages.set('cam-1', [{ id: '04', count: 2, deliveredAt: 1, eventId: '02', confirmed: false }]);
  hub.detection.made = [{ ...DECISION, camera: hub.cameras[0].ref }];
  hub.detection.sees.set('cam-1', SIGHT);
  await hub.auth.setPassphrase('a quiet evening on the porch');
  const order = json({ name: 'Node-RED', scopes: ['events'] });
  pairing = (await http(`${hub.api.url}${API_PREFIX}/pairings`, order)).json() as PairingStarted;
  exportId = hub.exports.start({ kind: 'range', camera: 'cam-1', from: 1000, to: 2000 }).id;
});
afterAll(() => hub[Symbol.asyncDispose]());

const readable = routes.filter(({ method, reply }) => method === 'GET' && reply);
test.each(readable)('GET $path', async ({ path, reply }) => {
  const session = { cookie: `doorstep_session=${hub.auth.openSession()}`, origin: hub.api.url };
  const headers = { ...session, [PAIRING_HEADER]: pairing.secret };
  const ids = { exports: exportId, clips: clipId, pairings: pairing.id };
  const id = ids[path.split('/')[1] as keyof typeof ids] ?? 'front-door';
  const query = path.endsWith('/timeline') ? '?from=1000&to=2000' : '';
  const answer = await http(hub.api.url + API_PREFIX + path.replace(':id', id) + query, { headers });
  expect(answer.status).toBe(200);
  expect(reply && [...Value.Errors(reply, answer.json())]).toEqual([]);
});

test('an error', async () => {
  const answer = await http(`${hub.api.url}${API_PREFIX}/cameras`);
  expect([...Value.Errors(errorReply, answer.json())]).toEqual([]);
});
