/** The clip node inside Node-RED's own runtime, against the real API. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { ClipInfo } from '../protocol/api.ts';
import { http } from '../test/support/api-client.ts';
import { type AskedNode, PATIENCE, startAskedNode } from '../test/support/asked-node.ts';
import { makeSampleMedia } from '../test/support/sample-media.ts';
import clip from './doorstep-clip.ts';
import server from './doorstep-server.ts';

const FILE = 'front-door/2026/11/22/072341-ring-x.mp4';
let node: AskedNode;
let begun: ClipInfo;
beforeAll(async () => {
  node = await startAskedNode('doorstep-clip', [server, clip], await makeSampleMedia());
});
afterAll(() => node[Symbol.asyncDispose]());
beforeEach(() => {
  begun = node.hub.clips.begin(node.hub.cameras[0].ref);
});
afterEach(() => node.unload());

const eventOf = ({ id }: ClipInfo) => ({
  ...{ kind: 'doorbell', phase: 'ring', id, at: Date.now(), media: { clip: { id, ready: false } } },
});
/** As the hub does it: the file, then the event. */
async function finish({ id }: ClipInfo, { file, says = true }: { file?: string; says?: boolean } = {}) {
  await node.hub.clips.finish(id, node.hub.media, file);
  if (says)
    node.hub.events.publish({
      ...{ kind: 'clip', phase: 'ready', camera: node.hub.cameras[0].ref, at: Date.now() },
      media: { clip: { id, ready: true } },
    });
}
const sentOnce = (output: 0 | 1) =>
  vi.waitFor(() => {
    expect(node.sent[output]).toHaveLength(1);
    expect(node.ends).toEqual(['done']);
    return node.sent[output][0] ?? {};
  }, PATIENCE);
const waits = () => vi.waitFor(() => expect(node.badge()).toBe('status.waiting'), PATIENCE);

test('the address of a clip goes out when it is complete, and it plays', async () => {
  await node.load({ output: 'url' });
  const event = eventOf(begun);
  node.receive({ topic: 'bell', event });
  await waits();
  expect(node.sent).toEqual([[], []]);
  await finish(begun);
  const { payload, media, ...message } = await sentOnce(0);
  expect(payload).toBe(`${node.url}/api/v1/clips/${begun.id}.mp4`);
  expect(media).toMatchObject({ contentType: 'video/mp4', source: 'clip', id: begun.id });
  expect(message).toMatchObject({ topic: 'bell', event, clip: { id: begun.id, state: 'ready' } });
  const { token } = node.hub.auth.createToken({ name: 'x', scopes: ['media'] });
  const film = await http(String(payload), { headers: { authorization: `Bearer ${token}` } });
  expect([film.status, film.body.length]).toEqual([200, (media as { bytes: number }).bytes]);
  expect(node.badge()).toBe('status.ready');
});

test('two who wait for one clip have the same bytes, fetched once', async () => {
  await node.load({ output: 'buffer' });
  const fetched = vi.spyOn(node.hub.clips, 'clip');
  node.receive({ payload: 1, event: eventOf(begun) });
  node.receive({ payload: 2, clip: begun.id });
  await waits();
  await finish(begun);
  await vi.waitFor(() => expect(node.sent[0]).toHaveLength(2), PATIENCE);
  for (const { payload } of node.sent[0]) expect(node.hub.media.mp4.equals(payload as Buffer)).toBe(true);
  expect(fetched).toHaveBeenCalledOnce();
  // Bytes are only read; what is said of the clip, a flow may change.
  const [first, second] = node.sent[0];
  expect(first?.clip).toEqual(second?.clip);
  expect(first?.clip).not.toBe(second?.clip);
  fetched.mockRestore();
});

test('a clip that got ready while the connection was broken is found when it is back', async () => {
  await node.load({ output: 'url' });
  node.receive({ event: eventOf(begun) });
  await waits();
  await finish(begun, { says: false });
  node.cut();
  await sentOnce(0);
});

test('without its time the second output says so, and without a clip at once', async () => {
  await node.load({ timeout: 1 });
  node.receive({ event: eventOf(begun) });
  expect(await sentOnce(1)).toMatchObject({ reason: 'timeout', event: { id: begun.id } });
  expect(node.badge()).toBe('status.timeout');
  await node.unload();
  await node.load({});
  node.receive({ clip: '01JD8Q7Y3M3N5P6Q7R8S9T0V1W' });
  expect(await sentOnce(1)).toMatchObject({ reason: 'no-clip' });
});

test('an event that names no clip is looked up', async () => {
  const id = '01JD8Q7Y3M3N5P6Q7R8S9T0V1W';
  const other = node.hub.clips.begin(node.hub.cameras[1].ref, { eventIds: ['first', id] });
  await finish(other);
  await node.load({});
  node.receive({ event: { kind: 'motion', phase: 'update', id, at: 5 } });
  expect(await sentOnce(0)).toMatchObject({ clip: { id: other.id } });
});

test('the path is that of the file in the folder of this machine, once it is there', async () => {
  const folder = join(node.hub.folder, 'mounted');
  await node.load({ output: 'path' }, { recordingsFolder: folder });
  node.receive({ event: eventOf(begun) });
  await waits();
  await mkdir(dirname(join(folder, FILE)), { recursive: true });
  await writeFile(join(folder, FILE), node.hub.media.mp4);
  await finish(begun, { file: FILE });
  expect(await sentOnce(0)).toMatchObject({ payload: join(folder, FILE) });
});

test.each([
  ['no-folder', undefined, FILE],
  ['not-found', '/nowhere', FILE],
  ['not-found', '/', '../etc/passwd'],
])('a path that cannot be had says %s', async (reason, recordingsFolder, file) => {
  await finish(begun, { file });
  await node.load({ output: 'path' }, { ...(recordingsFolder && { recordingsFolder }) });
  node.receive({ event: eventOf(begun) });
  expect(await sentOnce(1)).toMatchObject({ reason, reasonText: expect.stringContaining(reason) });
});

test.each([{ payload: 'nothing' }, { clip: { id: 'x'.repeat(9999) } }, { event: { kind: 'camera' } }])(
  'a message about no clip is an error',
  async (message) => {
    await node.load({});
    node.receive(message);
    await vi.waitFor(() => expect(node.ends).toEqual(['EINVAL']), PATIENCE);
    expect(node.sent).toEqual([[], []]);
  },
);

test('a clip beyond the limit is not even fetched', async () => {
  const bytes = 2_000_000;
  const known = vi.spyOn(node.hub.clips, 'get').mockReturnValue({ ...begun, state: 'ready', bytes });
  const fetched = vi.spyOn(node.hub.clips, 'clip');
  await node.load({ output: 'buffer', maxSize: '1' });
  node.receive({ clip: begun.id });
  await vi.waitFor(() => expect(node.ends).toEqual(['ETOOBIG']), PATIENCE);
  expect(fetched).not.toHaveBeenCalled();
  known.mockRestore();
  fetched.mockRestore();
});

test('a token that may not see pictures says so', async () => {
  await node.load({}, { scopes: ['events'] });
  node.receive({ clip: begun.id });
  await vi.waitFor(() => expect(node.ends).toEqual(['ESCOPE']), PATIENCE);
});

test('waiting ends with the node, and asks no more', async () => {
  await node.load({});
  node.receive({ event: eventOf(begun) });
  await waits();
  const asked = vi.spyOn(node.hub.clips, 'get');
  await node.unload();
  expect(node.ends).toEqual(['done']);
  await finish(begun);
  expect(node.sent).toEqual([[], []]);
  expect((asked.mock.calls as string[][]).flat().filter((id) => id === begun.id).length).toBeLessThan(2);
  asked.mockRestore();
});
