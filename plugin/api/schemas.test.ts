/** What the hub says is what its documentation says. */

import { Value } from 'typebox/value';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { API_PREFIX } from '../../protocol/api.ts';
import { http } from '../../test/support/api-client.ts';
import { type FakeHub, startFakeHub } from '../../test/support/fake-hub.ts';
import { routes } from './routes.ts';
import { errorReply } from './schemas.ts';

let hub: FakeHub;
/** Of an export that is being made. */
let exportId: string;
beforeAll(async () => {
  hub = await startFakeHub();
  await hub.clips.add(hub.cameras[0].ref, hub.media);
  hub.services.trigger('cam-1', 'ring', { test: true, from: 'order' });
  hub.auth.createToken({ name: 'x', scopes: ['events'] });
  exportId = hub.exports.start({ kind: 'range', camera: 'cam-1', from: 1000, to: 2000 }).id;
});
afterAll(() => hub[Symbol.asyncDispose]());

const readable = routes.filter(({ method, reply }) => method === 'GET' && reply);
test.each(readable)('GET $path', async ({ path, reply }) => {
  const headers = { cookie: `doorstep_session=${hub.auth.openSession()}`, origin: hub.api.url };
  const id = path.startsWith('/exports') ? exportId : 'front-door';
  const query = path.endsWith('/timeline') ? '?from=1000&to=2000' : '';
  const answer = await http(hub.api.url + API_PREFIX + path.replace(':id', id) + query, { headers });
  expect(answer.status).toBe(200);
  expect(reply && [...Value.Errors(reply, answer.json())]).toEqual([]);
});

test('an error', async () => {
  const answer = await http(`${hub.api.url}${API_PREFIX}/cameras`);
  expect([...Value.Errors(errorReply, answer.json())]).toEqual([]);
});
