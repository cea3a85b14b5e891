import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CameraInfo } from '../../protocol/api.ts';
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

const token = () => hub.auth.createToken({ name: 'test', scopes: ['events', 'media', 'control'] }).token;

function post(path: string, body: object) {
  return http(`${hub.api.url}/api/v1/cameras/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token()}` },
    body: JSON.stringify(body),
  });
}

test.each([
  ['privacy-on', { privacy: true, online: false, armed: true }],
  ['privacy-off', { privacy: false, online: true, armed: true }],
  ['disarm', { privacy: false, armed: false }],
  ['arm', { privacy: false, armed: true }],
] as const)('%s answers with the camera as it is then', async (action, expected) => {
  if (action === 'privacy-off') await hub.services.act('cam-1', 'privacy-on');
  if (action === 'arm') await hub.services.act('cam-1', 'disarm');
  const answer = await post('front-door/actions', { action });
  expect(answer.status).toBe(200);
  expect(answer.json() as CameraInfo).toMatchObject({ slug: 'front-door', ...expected });
});

test('packages that were taken in lie there no more', async () => {
  hub.packages.set('cam-1', [{ id: '01', count: 1, deliveredAt: 1, eventId: '02', confirmed: true }]);
  const opened = await post('front-door/actions', { action: 'door-opened' });
  expect((opened.json() as CameraInfo).packages).toHaveLength(1);
  const collected = await post('front-door/actions', { action: 'packages-collected' });
  expect([collected.status, (collected.json() as CameraInfo).packages]).toEqual([200, []]);
});

test('detection rests for the minutes that were said, else for half an hour', async () => {
  for (const [body, minutes] of [
    [{ action: 'snooze', minutes: 5 }, 5],
    [{ action: 'snooze' }, 30],
  ] as const) {
    const before = Date.now();
    const camera = (await post('front-door/actions', body)).json() as CameraInfo;
    expect(camera.armed).toBe(false);
    expect(camera.snoozedUntil).toBeGreaterThanOrEqual(before + minutes * 60_000);
    expect(camera.snoozedUntil).toBeLessThanOrEqual(Date.now() + minutes * 60_000);
  }
  const armed = (await post('front-door/actions', { action: 'arm' })).json() as CameraInfo;
  expect([armed.armed, armed.snoozedUntil]).toEqual([true, undefined]);
});

test.each([0, 1.5, 1441, -1, 'long', null])('detection does not rest for %j minutes', async (minutes) => {
  expect((await post('front-door/actions', { action: 'snooze', minutes })).status).toBe(400);
  expect(hub.services.about('cam-1').armed).toBe(true);
});

test('what it does not know it does not do', async () => {
  expect((await post('front-door/actions', { action: 'open' })).status).toBe(400);
  expect((await post('nobody/actions', { action: 'arm' })).status).toBe(404);
});

test('in privacy mode nothing is set off, and the answer says why', async () => {
  await hub.services.act('cam-1', 'privacy-on');
  for (const kind of ['ring', 'motion']) {
    const answer = await post('front-door/trigger', { kind });
    expect(answer.status).toBe(409);
    expect(answer.json()).toMatchObject({ error: { code: 'privacy-on' } });
    const hook = await http(`${hub.api.url}/hooks/${hub.hooksKey}/front-door/${kind}`, {});
    expect(hook.status).toBe(409);
    expect(hook.json()).toMatchObject({ error: { code: 'privacy-on' } });
  }
  expect(hub.triggers).toEqual([]);
  expect((await post('garden/trigger', { kind: 'motion' })).status).toBe(200);
});

test('with detection off a press goes through, motion does not', async () => {
  await hub.services.act('cam-1', 'disarm');
  const motion = await post('front-door/trigger', { kind: 'motion' });
  expect(motion.status).toBe(409);
  expect(motion.json()).toMatchObject({ error: { code: 'detection-off' } });
  expect((await post('front-door/trigger', { kind: 'ring' })).status).toBe(200);
});

test('in privacy mode there are no moving pictures', async () => {
  await hub.services.act('cam-1', 'privacy-on');
  const answer = await http(`${hub.api.url}/api/v1/cameras/cam-1/live.mjpeg`, {
    headers: { authorization: `Bearer ${token()}` },
  });
  expect(answer.status).toBe(409);
  expect(answer.json()).toMatchObject({ error: { code: 'privacy-on' } });
});
