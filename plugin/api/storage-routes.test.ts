import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ClipInfo, ErrorReply, StorageInfo, TimelineReply } from '../../protocol/api.ts';
import { asHousehold, http, json } from '../../test/support/api-client.ts';
import { type FakeHub, startFakeHub } from '../../test/support/fake-hub.ts';

let hub: FakeHub;
let v1: string;
let household: Record<string, string>;
beforeAll(async () => {
  hub = await startFakeHub();
  v1 = `${hub.api.url}/api/v1`;
  household = asHousehold(hub);
});
afterAll(() => hub?.[Symbol.asyncDispose]());
beforeEach(() => {
  hub.clips.facts = {};
});

const NAS = { kind: 'folder', where: '/mnt/nas/doorstep', state: 'waiting', since: 5 } as const;
const asks = { recordings: 40, of: 50, bytes: 1e9 };
const post = (path: string, body: object) => http(v1 + path, json(body, household));
const codeOf = (answer: { json(): unknown }) => (answer.json() as ErrorReply).error.code;

test('the place that was shown becomes the right one', async () => {
  hub.clips.facts = { target: NAS };
  const answer = await post('/storage/set-up', { where: NAS.where });
  expect(answer.status).toBe(200);
  expect((answer.json() as StorageInfo).target).toMatchObject({ where: NAS.where, state: 'ready' });
});

test('the answer waits until the place was looked at again', async () => {
  hub.clips.facts = { target: NAS };
  const { setUpTarget } = hub.clips;
  hub.clips.setUpTarget = async () => {
    setTimeout(() => void setUpTarget.call(hub.clips), 50);
  };
  const answer = await post('/storage/set-up', { where: NAS.where });
  hub.clips.setUpTarget = setUpTarget;
  expect((answer.json() as StorageInfo).target.state).toBe('ready');
});

test('another place than the one that was shown is not set up', async () => {
  hub.clips.facts = { target: NAS };
  const answer = await post('/storage/set-up', { where: '/mnt/old' });
  expect([answer.status, codeOf(answer)]).toEqual([409, 'storage-changed']);
  expect((await hub.clips.storage()).target.state).toBe('waiting');
});

test('a place that does not answer cannot be set up now', async () => {
  hub.clips.facts = { target: { ...NAS, state: 'missing' } };
  const answer = await post('/storage/set-up', { where: NAS.where });
  expect([answer.status, codeOf(answer)]).toEqual([503, 'target-missing']);
});

test('a target that is back is found when somebody says so', async () => {
  hub.clips.facts = { target: { ...NAS, state: 'missing' } };
  hub.clips.answersAgain = true;
  const answer = await post('/storage/try-again', { where: NAS.where });
  hub.clips.answersAgain = false;
  expect(answer.status).toBe(200);
  expect((answer.json() as StorageInfo).target.state).toBe('ready');
});

test('nothing is removed while the list is being made again', async () => {
  hub.clips.facts = { asks, rebuilding: { found: 12 } };
  const answer = await post('/storage/allow-removal', { recordings: 40 });
  expect([answer.status, codeOf(answer)]).toEqual([409, 'storage-changed']);
  expect((await hub.clips.storage()).asks).toEqual(asks);
});

test.each([
  ['as many as were shown', 40, 200],
  ['more than were shown', 39, 409],
])('a removal of %s', async (_what, recordings, status) => {
  hub.clips.facts = { asks };
  const answer = await post('/storage/allow-removal', { recordings });
  expect(answer.status).toBe(status);
  expect((await hub.clips.storage()).asks).toEqual(status === 200 ? undefined : asks);
});

test('nothing can be allowed that was not asked', async () => {
  const answer = await post('/storage/allow-removal', { recordings: 1 });
  expect([answer.status, codeOf(answer)]).toEqual([409, 'nothing-asked']);
});

test('a clip is pinned and let go', async () => {
  const { id } = await hub.clips.add({ id: 'cam-1', name: 'Front door', slug: 'front-door' }, hub.media);
  const pin = async (pinned: boolean) => (await post(`/clips/${id}/pin`, { pinned })).json() as ClipInfo;
  expect(await pin(true)).toMatchObject({ id, keep: 'pinned' });
  expect(await pin(false)).not.toHaveProperty('keep');
  const unknown = await post('/clips/none/pin', { pinned: true });
  expect([unknown.status, codeOf(unknown)]).toEqual([404, 'no-such-clip']);
});

const DAY = 24 * 3_600_000;

test('the timeline tells footage and gaps, by id and by slug', async () => {
  const camera = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
  const told: TimelineReply = {
    spans: [{ from: 1000, to: 5000, kind: 'continuous' }],
    gaps: [{ camera, from: 5000, to: 9000, reason: 'spool-full' }],
  };
  hub.clips.footage.set('cam-1', told);
  for (const id of ['cam-1', 'front-door']) {
    const answer = await http(`${v1}/cameras/${id}/timeline?from=0&to=${8 * DAY}`, { headers: household });
    expect([answer.status, answer.json()]).toEqual([200, told]);
  }
});

test.each([
  ['front-door', `from=0&to=${8 * DAY + 1}`, 400],
  ['front-door', 'from=2&to=1', 400],
  ['front-door', 'from=2', 400],
  ['nowhere', 'from=0&to=1', 404],
])('no timeline of %s for %s', async (id, query, status) => {
  expect((await http(`${v1}/cameras/${id}/timeline?${query}`, { headers: household })).status).toBe(status);
});
