import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CLOSE, type LiveHello } from '../../protocol/api.ts';
import { TestSocket } from '../../test/support/api-client.ts';
import { type FakeHub, startFakeHub } from '../../test/support/fake-hub.ts';

let hub: FakeHub;
let headers: Record<string, string>;
beforeAll(async () => {
  hub = await startFakeHub();
  const { token } = hub.auth.createToken({ name: 'x', scopes: ['media'] });
  headers = { authorization: `Bearer ${token}` };
});
afterAll(() => hub[Symbol.asyncDispose]());

const open = (camera: string) => new TestSocket(`${hub.api.url}/api/v1/cameras/${camera}/live`, headers);

const HELLO = {
  type: 'init',
  mime: expect.stringMatching(/^video\/mp4; codecs="avc1\.42c0[0-9a-f]{2},mp4a\.40\.2"$/),
  width: 640,
  height: 360,
} satisfies Partial<LiveHello>;

test.each(['front-door', 'cam-1'])(
  'live pictures of %s: hello, init segment, fragments from a keyframe on',
  async (id) => {
    const socket = open(id);
    expect(await socket.nextJson()).toEqual(HELLO);
    expect(await socket.next()).toEqual(hub.media.init.data);
    const first = await socket.next();
    const keyframes = hub.media.fragments.filter(({ keyframe }) => keyframe).map(({ data }) => data);
    expect(keyframes.some((data) => data.equals(first as Buffer))).toBe(true);
    socket.end();
  },
);

test('when the camera reconnects, a new hello and init segment come', async () => {
  const socket = open('garden');
  await socket.next();
  hub.cameras[1].online();
  let hellos = 0;
  while (hellos === 0) if (typeof (await socket.next()) === 'string') hellos++;
  expect(await socket.next()).toEqual(hub.media.init.data);
  socket.end();
});

test('no such camera, and a camera without a picture, each has its own code', async () => {
  expect((await open('nobody').closed).code).toBe(CLOSE.notFound);
  hub.cameras[1].offline();
  expect((await open('garden').closed).code).toBe(CLOSE.offline);
  hub.cameras[1].online();
});

test('privacy mode ends a view, and says that there is no picture', async () => {
  const socket = open('garden');
  await socket.next();
  await hub.services.act('cam-2', 'privacy-on');
  expect((await socket.closed).code).toBe(CLOSE.offline);
  expect((await open('garden').closed).code).toBe(CLOSE.offline);
  await hub.services.act('cam-2', 'privacy-off');
});

test('a viewer that leaves ends its watching', async () => {
  const watch = vi.spyOn(hub.cameras[1], 'watch');
  const socket = open('garden');
  await socket.next();
  const signal = watch.mock.calls[0]?.[0].signal;
  expect(signal?.aborted).toBe(false);
  socket.end();
  await vi.waitFor(() => expect(signal?.aborted).toBe(true), { timeout: 20_000 });
});
