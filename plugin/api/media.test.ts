import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ClipInfo, ClipsReply } from '../../protocol/api.ts';
import { http } from '../../test/support/api-client.ts';
import { type FakeHub, startFakeHub } from '../../test/support/fake-hub.ts';
import { ProblemError } from '../system/problem.ts';

let hub: FakeHub;
let v1: string;
let headers: Record<string, string>;
let clip: ClipInfo;
beforeAll(async () => {
  hub = await startFakeHub();
  v1 = `${hub.api.url}/api/v1`;
  const { token } = hub.auth.createToken({ name: 'x', scopes: ['media'] });
  headers = { authorization: `Bearer ${token}` };
  clip = await hub.clips.add(hub.cameras[0].ref, hub.media);
});
afterAll(() => hub[Symbol.asyncDispose]());

test('the newest picture, and how old it is', async () => {
  const snapshot = vi.spyOn(hub.cameras[0], 'snapshot');
  const before = Date.now();
  const answer = await http(`${v1}/cameras/front-door/snapshot.jpg?width=320&height=180`, { headers });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual(hub.media.jpeg);
  expect(answer.headers).toMatchObject({
    'content-type': 'image/jpeg',
    'cache-control': 'no-store',
    'x-doorstep-source': 'decoded',
  });
  expect(Number(answer.headers['x-doorstep-taken-at'])).toBeGreaterThanOrEqual(before);
  expect(Number(answer.headers['x-doorstep-age-ms'])).toBeGreaterThanOrEqual(0);
  expect(snapshot).toHaveBeenCalledWith({ width: 320, height: 180 });
});

test.each(['width=5', 'width=99999', 'height=tall'])('no picture of %s', async (query) => {
  expect((await http(`${v1}/cameras/front-door/snapshot.jpg?${query}`, { headers })).status).toBe(400);
});

test('a camera without a picture says what is wrong with it', async () => {
  hub.cameras[1].offline();
  const snapshot = await http(`${v1}/cameras/garden/snapshot.jpg`, { headers });
  expect(snapshot.status).toBe(503);
  expect(snapshot.json()).toMatchObject({ error: { code: 'no-picture' } });
  const mjpeg = await http(`${v1}/cameras/garden/live.mjpeg`, { headers });
  expect(mjpeg.status).toBe(503);
  expect(mjpeg.json()).toMatchObject({ error: { code: 'camera-offline' } });
  hub.cameras[1].online();
});

test('pictures one after the other, until the viewer leaves', async () => {
  const snapshot = vi.spyOn(hub.cameras[1], 'snapshot');
  const leaving = new AbortController();
  const answer = await fetch(`${v1}/cameras/garden/live.mjpeg`, { headers, signal: leaving.signal });
  const boundary = /^multipart\/x-mixed-replace; boundary=(\S+)$/.exec(
    answer.headers.get('content-type') ?? '',
  )?.[1];
  const picture = hub.media.jpeg.toString('latin1');
  let got = '';
  for await (const chunk of answer.body ?? []) {
    got += Buffer.from(chunk).toString('latin1');
    if (got.length >= 4 * (picture.length + 500)) break;
  }
  const [nothing, ...parts] = got.split(`--${boundary}\r\n`);
  expect(nothing).toBe('');
  for (const part of parts.slice(0, 3)) {
    const [head = '', body] = part.split('\r\n\r\n', 2);
    expect(part.slice(head.length + 4)).toBe(`${picture}\r\n`);
    expect(body).toBeDefined();
    expect(head.split('\r\n')).toEqual([
      'Content-Type: image/jpeg',
      `Content-Length: ${picture.length}`,
      expect.stringMatching(/^x-doorstep-taken-at: \d{13}$/),
      expect.stringMatching(/^x-doorstep-age-ms: \d+$/),
    ]);
  }
  leaving.abort();
  // It has ended when no picture is taken for several times as long as one takes.
  let taken = -1;
  await vi.waitFor(
    () => {
      const before = taken;
      taken = snapshot.mock.calls.length;
      expect(taken).toBe(before);
    },
    { timeout: 20_000, interval: 1000 },
  );
});

test.each<[string, (tokenId: string) => void]>([
  ['its token is revoked', (id) => hub.auth.revokeToken(id)],
  ['the camera goes offline', () => hub.cameras[1].offline()],
])('pictures one after the other end when %s', async (_name, happen) => {
  const { token, id } = hub.auth.createToken({ name: 'y', scopes: ['media'] });
  const answer = await fetch(`${v1}/cameras/garden/live.mjpeg`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const reader = answer.body?.getReader();
  expect((await reader?.read())?.done).toBe(false);
  happen(id);
  while (!(await reader?.read())?.done);
  hub.cameras[1].online();
});

test('a camera without a picture for a moment does not end them', async () => {
  const leaving = new AbortController();
  const snapshot = vi.spyOn(hub.cameras[1], 'snapshot');
  const answer = await fetch(`${v1}/cameras/garden/live.mjpeg`, { headers, signal: leaving.signal });
  const reader = answer.body?.getReader();
  expect((await reader?.read())?.done).toBe(false);
  const none = new ProblemError({ code: 'no-picture', what: 'None.', cure: 'Wait.' });
  snapshot.mockRejectedValueOnce(none).mockRejectedValueOnce(none);
  const asked = snapshot.mock.calls.length;
  while (snapshot.mock.calls.length < asked + 4) expect((await reader?.read())?.done).toBe(false);
  leaving.abort();
  snapshot.mockRestore();
});

test('clips are listed newest first', async () => {
  const answer = await http(`${v1}/clips?camera=front-door&limit=1`, { headers });
  expect(answer.json()).toEqual({ clips: [clip] });
  expect((await http(`${v1}/clips?camera=garden`, { headers })).json()).toEqual({ clips: [] });
});

test('clips of a kind, or those that an event is in', async () => {
  const garden = hub.cameras[1].ref;
  const begun = hub.clips.begin(garden, { kind: 'package', eventIds: ['one', 'two'] });
  const ids = async (query: string) => {
    const { clips } = (await http(`${v1}/clips?${query}`, { headers })).json() as ClipsReply;
    return clips.map(({ id }) => id);
  };
  expect(await ids('kinds=package,motion')).toEqual([begun.id]);
  expect(await ids('kinds=doorbell')).toEqual([clip.id]);
  expect(await ids('event=two')).toEqual([begun.id]);
  expect(await ids('event=three')).toEqual([]);
  expect((await http(`${v1}/clips?kinds=continuous`, { headers })).status).toBe(400);
});

test('one clip is known while it is being recorded, before it has a file', async () => {
  const { id } = hub.clips.begin(hub.cameras[1].ref);
  const told = async () => (await http(`${v1}/clips/${id}`, { headers })).json();
  expect(await told()).toMatchObject({ id, state: 'recording', bytes: 0 });
  expect((await http(`${v1}/clips/${id}.mp4`, { headers })).status).toBe(404);
  await hub.clips.finish(id, hub.media, 'garden/2026/11/22/072341-ring-x.mp4');
  expect(await told()).toMatchObject({ state: 'ready', file: 'garden/2026/11/22/072341-ring-x.mp4' });
  expect((await http(`${v1}/clips/${id}.mp4`, { headers })).status).toBe(200);
});

test('a clip comes whole, as a HEAD, and again only when it is another', async () => {
  const url = `${v1}/clips/${clip.id}.mp4`;
  const whole = await http(url, { headers });
  expect(whole.status).toBe(200);
  expect(whole.body.equals(hub.media.mp4)).toBe(true);
  expect(whole.headers).toMatchObject({
    'content-type': 'video/mp4',
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
  });
  const head = await http(url, { headers, method: 'HEAD' });
  expect(head.status).toBe(200);
  expect(head.headers['content-length']).toBe(String(clip.bytes));
  expect(head.body).toHaveLength(0);
  const again = await http(url, { headers: { ...headers, 'if-none-match': whole.headers.etag ?? '' } });
  expect(again.status).toBe(304);
});

test.each([
  ['bytes=0-9', 0, 10],
  ['bytes=100-', 100, undefined],
  ['bytes=-50', -50, undefined],
])('the range %s of a clip', async (range, start, end) => {
  const answer = await http(`${v1}/clips/${clip.id}.mp4`, { headers: { ...headers, range } });
  const wanted = hub.media.mp4.subarray(start, end);
  expect(answer.status).toBe(206);
  expect(answer.body.equals(wanted)).toBe(true);
  const from = start < 0 ? clip.bytes + start : start;
  expect(answer.headers['content-range']).toBe(`bytes ${from}-${from + wanted.length - 1}/${clip.bytes}`);
});

test('a range beyond the end is refused, with the size', async () => {
  const range = `bytes=${clip.bytes}-`;
  const answer = await http(`${v1}/clips/${clip.id}.mp4`, { headers: { ...headers, range } });
  expect(answer.status).toBe(416);
  expect(answer.headers['content-range']).toBe(`bytes */${clip.bytes}`);
  expect(answer.json()).toMatchObject({ error: { code: 'range-not-satisfiable' } });
});

test('the picture of an event', async () => {
  const answer = await http(`${v1}/snapshots/${clip.snapshotId}.jpg`, { headers });
  expect(answer.headers['content-type']).toBe('image/jpeg');
  expect(answer.body).toEqual(hub.media.jpeg);
});

test.each([
  'clips/none',
  'clips/none.mp4',
  'clips/..%2F..%2Fetc%2Fpasswd.mp4',
  'snapshots/none.jpg',
  'clips/.mp4',
])('%s is not there', async (path) => {
  const answer = await http(`${v1}/${path}`, { headers });
  expect(answer.status).toBe(404);
  expect(answer.json()).toMatchObject({ error: { code: 'not-found' } });
});
