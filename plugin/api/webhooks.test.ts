import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { http } from '../../test/support/api-client.ts';
import { type FakeHub, startFakeHub } from '../../test/support/fake-hub.ts';
import { makeSampleMedia, type SampleMedia } from '../../test/support/sample-media.ts';

let media: SampleMedia;
let hub: FakeHub;
beforeAll(async () => {
  media = await makeSampleMedia({ seconds: 1 });
});
beforeEach(async () => {
  hub = await startFakeHub({ media });
});
afterEach(() => hub[Symbol.asyncDispose]());

const call = (path: string, options = {}) => http(`${hub.api.url}/hooks/${path}`, options);

test.each([
  ['GET', 'ring', undefined, {}],
  ['POST', 'motion', undefined, {}],
  ['POST', 'ring', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['POST', 'ring', '{"broken', { 'content-type': 'application/json' }],
  ['POST', 'motion', '<xml/>', { 'content-type': 'text/xml' }],
  ['POST', 'motion', 'bytes of no type', {}],
])('%s %s with body %s', async (method, kind, body, headers) => {
  const answer = await call(`${hub.hooksKey}/garden/${kind}`, { method, headers, ...(body && { body }) });
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({ eventId: hub.events.query({ limit: 1 })[0]?.id });
  expect(hub.triggers).toEqual([{ cameraId: 'cam-2', kind, test: false }]);
});

test('a wrong key looks like nothing, is slowed down, and is never logged', async () => {
  for (let i = 0; i < 10; i++) expect((await call(`wrong-key-${i}/garden/ring`)).status).toBe(404);
  const answer = await call('wrong-key-10/garden/ring');
  expect(answer.status).toBe(429);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(hub.triggers).toEqual([]);
  expect(hub.logged.join('\n')).not.toContain('wrong-key');
});

test.each(['nobody/ring', 'garden/open', 'garden', 'garden/ring/more'])('%s is not there', async (rest) => {
  expect((await call(`${hub.hooksKey}/${rest}`)).status).toBe(404);
  expect(hub.triggers).toEqual([]);
});

test('a mistake of ours does not show the key in the log', async () => {
  hub.services.trigger = () => {
    throw new Error(`no camera at /hooks/${hub.hooksKey}/garden/ring`);
  };
  expect((await call(`${hub.hooksKey}/garden/ring`)).status).toBe(500);
  expect(hub.logged).toHaveLength(1);
  expect(hub.logged[0]).not.toContain(hub.hooksKey);
});
