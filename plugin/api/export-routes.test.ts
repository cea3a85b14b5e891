import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ErrorReply, ExportInfo } from '../../protocol/api.ts';
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
beforeEach(async () => {
  hub.exports.empty = false;
  for (const { id } of hub.exports.list()) await hub.exports.remove(id);
});

const get = (path: string, headers: Record<string, string> = {}) =>
  http(v1 + path, { headers: { ...household, ...headers } });
const order = (body: object) => http(`${v1}/exports`, json(body, household));
const codeOf = (answer: { json(): unknown }) => (answer.json() as ErrorReply).error.code;
const cut = { kind: 'range', camera: 'front-door', from: 1000, to: 2000 };

test('a stretch of time plays, whole and in ranges, and is a download when asked', async () => {
  const path = '/cameras/front-door/footage.mp4?from=1000&to=2000';
  const whole = await get(path);
  expect(whole.status).toBe(200);
  expect(whole.headers).toMatchObject({ 'content-type': 'video/mp4', 'accept-ranges': 'bytes' });
  expect(whole.headers['content-disposition']).toBeUndefined();
  expect(whole.body).toEqual(hub.media.mp4);
  const part = await get(path, { range: 'bytes=100-199' });
  expect(part.status).toBe(206);
  expect(part.body).toEqual(hub.media.mp4.subarray(100, 200));
  const saved = await get(`${path}&download=1`);
  expect(saved.headers['content-disposition']).toContain('filename="front-door stretch.mp4"');
});

test('a picture of a moment says of when it is', async () => {
  const answer = await get('/cameras/front-door/footage.jpg?at=1790000000700');
  expect([answer.status, answer.body]).toEqual([200, hub.media.jpeg]);
  expect(answer.headers).toMatchObject({
    ...{ 'content-type': 'image/jpeg', 'cache-control': 'no-store' },
    ...{ 'x-doorstep-taken-at': '1790000000000', 'x-doorstep-source': 'recording' },
  });
  const none = await get(`/cameras/front-door/footage.jpg?at=${Date.now() + 60_000}`);
  expect([none.status, codeOf(none)]).toEqual([404, 'no-footage']);
});

test.each([
  '/cameras/front-door/footage.jpg',
  '/cameras/front-door/footage.jpg?at=-1',
  '/cameras/front-door/footage.jpg?at=1000&width=1000000',
  '/cameras/front-door/footage.mp4',
  '/cameras/front-door/footage.mp4?from=2000&to=1000',
  '/cameras/front-door/footage.mp4?from=1000&to=1000',
  '/cameras/front-door/footage.mp4?from=yesterday&to=2000',
  '/cameras/front-door/day.zip',
  '/cameras/front-door/day.zip?day=../../etc',
  '/cameras/front-door/day.zip?day=2026-11-22&from=1000',
  '/cameras/front-door/day.zip?day=2026-11-22&from=1000&to=500',
  `/cameras/front-door/day.zip?day=2026-11-22&from=0&to=${27 * 3_600_000}`,
])('%s makes no sense', async (path) => {
  expect((await get(path)).status).toBe(400);
});

test('time without footage is not there', async () => {
  hub.exports.empty = true;
  for (const path of ['footage.mp4?from=1000&to=2000', 'day.zip?day=2026-11-22']) {
    const answer = await get(`/cameras/front-door/${path}`);
    expect([answer.status, codeOf(answer)]).toEqual([404, 'no-footage']);
  }
  const made = await order(cut);
  expect([made.status, codeOf(made)]).toEqual([404, 'no-footage']);
  expect((await get('/cameras/nowhere/day.zip?day=2026-11-22')).status).toBe(404);
});

test('a day comes as a ZIP, with its size', async () => {
  const answer = await get('/cameras/front-door/day.zip?day=2026-11-22');
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/zip',
    'content-length': String(hub.media.mp4.length),
    'content-disposition': expect.stringContaining('filename="front-door 2026-11-22.zip"'),
  });
  expect(answer.body).toEqual(hub.media.mp4);
});

test('a film that takes work: ordered, watched, fetched, removed', async () => {
  const ordered = await order(cut);
  expect(ordered.status).toBe(201);
  const { id } = ordered.json() as ExportInfo;
  expect((await get(`/exports/${id}.mp4`)).status).toBe(404);
  hub.exports.goOn(id, { progress: 0.5 });
  expect((await get(`/exports/${id}`)).json()).toMatchObject({ state: 'working', progress: 0.5 });
  hub.exports.goOn(id, { state: 'ready', progress: 1, bytes: hub.media.mp4.length });
  expect((await get('/exports')).json()).toEqual({ exports: hub.exports.list() });
  const file = await get(`/exports/${id}.mp4?download=1`);
  expect(file.body).toEqual(hub.media.mp4);
  expect(file.headers['content-disposition']).toContain('front-door range.mp4');
  const removed = await http(`${v1}/exports/${id}`, { method: 'DELETE', headers: household });
  expect([removed.status, (removed.json() as ExportInfo).id]).toEqual([200, id]);
  expect((await get(`/exports/${id}`)).status).toBe(404);
});

test('a timelapse is of a day', async () => {
  const ordered = await order({ kind: 'timelapse', camera: 'garden', day: '2026-11-22' });
  expect(ordered.json()).toMatchObject({ kind: 'timelapse', camera: { slug: 'garden' } });
});

test('whoever lives by another clock says when the day begins and ends', async () => {
  const span = { from: 1_790_000_000_000, to: 1_790_000_000_000 + 25 * 3_600_000 };
  const ordered = await order({ kind: 'timelapse', camera: 'garden', day: '2026-11-22', ...span });
  expect(ordered.json()).toMatchObject(span);
  const zip = await get(`/cameras/garden/day.zip?day=2026-11-22&from=${span.from}&to=${span.to}`);
  expect(zip.status).toBe(200);
});

test.each<[string, object, number]>([
  ['a cut without times', { kind: 'range', camera: 'front-door' }, 400],
  ['a cut that ends before it begins', { ...cut, to: 500 }, 400],
  ['a timelapse without a day', { kind: 'timelapse', camera: 'front-door' }, 400],
  ['another kind', { ...cut, kind: 'gif' }, 400],
  ['more than is known', { ...cut, path: '/etc/passwd' }, 400],
  ['a camera that is not there', { ...cut, camera: 'nowhere' }, 404],
])('%s is refused', async (_name, body, status) => {
  expect((await order(body)).status).toBe(status);
  expect(hub.exports.list()).toEqual([]);
});

test('no more than five at a time', async () => {
  for (let n = 0; n < 5; n++) expect((await order(cut)).status).toBe(201);
  const sixth = await order(cut);
  expect([sixth.status, codeOf(sixth)]).toEqual([429, 'too-many-exports']);
});

test('a clip is a download with a name when asked', async () => {
  const clip = await hub.clips.add(hub.cameras[0].ref, hub.media);
  expect((await get(`/clips/${clip.id}.mp4`)).headers['content-disposition']).toBeUndefined();
  const saved = await get(`/clips/${clip.id}.mp4?download=1`);
  expect(saved.headers['content-disposition']).toMatch(
    /^attachment; filename="front-door \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.mp4"/,
  );
});
