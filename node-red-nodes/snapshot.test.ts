/** The snapshot node inside Node-RED's own runtime, against the real API. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type AskedNode, PATIENCE, startAskedNode } from '../test/support/asked-node.ts';
import { makeSampleMedia } from '../test/support/sample-media.ts';
import server from './doorstep-server.ts';
import snapshot from './doorstep-snapshot.ts';

let node: AskedNode;
beforeAll(async () => {
  node = await startAskedNode('doorstep-snapshot', [server, snapshot], await makeSampleMedia());
});
afterAll(() => node[Symbol.asyncDispose]());
afterEach(() => node.unload());

async function answer(): Promise<Record<string, unknown>> {
  await vi.waitFor(() => expect(node.ends).toEqual(['done']), PATIENCE);
  return vi.waitFor(() => {
    expect(node.sent[0]).toHaveLength(1);
    return node.sent[0][0] ?? {};
  }, PATIENCE);
}
const fails = (code: string) => vi.waitFor(() => expect(node.ends).toEqual([code]), PATIENCE);

test('a picture of now says what it is', async () => {
  const taken = vi.spyOn(node.hub.cameras[0], 'snapshot');
  await node.load({ source: 'now', cameraType: 'hub', camera: 'cam-1', width: '320' });
  node.receive({ topic: 'x', _msgid: '7' });
  const { payload, ...message } = await answer();
  const { jpeg, width, height } = node.hub.media;
  expect(jpeg.equals(payload as Buffer)).toBe(true);
  expect(message).toMatchObject({
    ...{ topic: 'x', _msgid: '7' },
    media: {
      ...{ contentType: 'image/jpeg', bytes: jpeg.length, width, height, source: 'decoded' },
      ...{ takenAt: expect.any(Number), ageMs: expect.any(Number) },
    },
  });
  expect(taken).toHaveBeenCalledWith({ width: 320 });
  expect(node.badge()).toMatch(/^\d+ KB · [\d.]+ s$/);
  taken.mockRestore();
});

test('the picture of an event is waited for while it is being made', async () => {
  const { ref } = node.hub.cameras[0];
  await node.load({ source: 'event' });
  const clip = await node.hub.clips.add(ref, node.hub.media);
  const missing = vi.spyOn(node.hub.clips, 'snapshot').mockResolvedValueOnce(undefined);
  const at = Date.now();
  node.receive({ event: { camera: ref, at, media: { snapshot: { id: clip.id, ready: false } } } });
  const { media } = await answer();
  expect(media).toMatchObject({ source: 'event', id: clip.id, takenAt: at, ageMs: expect.any(Number) });
  expect(missing).toHaveBeenCalledTimes(2);
  missing.mockRestore();
});

test('a clip of the recordings node has its picture too', async () => {
  const clip = await node.hub.clips.add(node.hub.cameras[0].ref, node.hub.media);
  await node.load({ source: 'event', output: 'url' });
  node.receive({ clip });
  expect(await answer()).toMatchObject({
    payload: `${node.url}/api/v1/snapshots/${clip.id}.jpg`,
    media: { takenAt: clip.startedAt },
  });
});

test('a file is whole, and its name tells camera and time', async () => {
  const folder = join(node.hub.folder, 'pictures', 'here');
  await node.load({
    ...{ source: 'now', output: 'file', cameraType: 'message' },
    ...{ folderType: 'msg', folder: 'folder' },
  });
  node.receive({ camera: 'cam-1', folder });
  const { payload } = await answer();
  expect(dirname(String(payload))).toBe(folder);
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^front-door-\d{8}-\d{6}-\d{3}\.jpg$/)]);
  expect((await readFile(String(payload))).equals(node.hub.media.jpeg)).toBe(true);
});

test('a picture of a recorded moment says of when it is', async () => {
  await node.load({ source: 'time', cameraType: 'message', width: '320' });
  node.receive({ camera: 'front-door', at: '2026-11-22T14:03:07.417Z' });
  const { payload, media } = await answer();
  expect(node.hub.media.jpeg.equals(payload as Buffer)).toBe(true);
  const takenAt = Date.parse('2026-11-22T14:03:07.000Z');
  expect(media).toMatchObject({ source: 'recording', takenAt, contentType: 'image/jpeg' });
});

test('its address names the moment, wherever that stands', async () => {
  await node.load({
    ...{ source: 'time', output: 'url', cameraType: 'hub', camera: 'cam-1', width: '' },
    ...{ at: '$toMillis(day & "T14:03:07Z")', atType: 'jsonata' },
  });
  node.receive({ day: '2026-01-22' });
  const at = Date.parse('2026-01-22T14:03:07Z');
  expect(await answer()).toMatchObject({ payload: `${node.url}/api/v1/cameras/cam-1/footage.jpg?at=${at}` });
});

test.each([
  ['EINVAL', { source: 'time', cameraType: 'message' }, { camera: 'cam-1', at: 'soon' }],
  ['EINVAL', { source: 'time', at: '$number("x")', atType: 'jsonata' }, { camera: 'cam-1' }],
  ['ENOTFOUND', { source: 'time' }, { camera: 'cam-1', at: Date.now() + 60_000 }],
  ['ENOTFOUND', { source: 'event' }, { event: { kind: 'camera' } }],
  ['ENOTFOUND', { source: 'event' }, { event: { at: 5, media: { snapshot: { id: 'gone' } } } }],
  ['EINVAL', { source: 'now', cameraType: 'message' }, {}],
  ['ENOCAM', { source: 'now', cameraType: 'message' }, { camera: '../../health' }],
  ['EINVAL', { output: 'file', folder: '', folderType: 'str' }, { camera: 'cam-1' }],
  ['EINVAL', { output: 'file', folder: '/dev/null/x', folderType: 'str' }, { camera: 'cam-1' }],
])('%s of %o with %o', async (code, settings, message) => {
  await node.load(settings);
  node.receive(message);
  await fails(code);
  expect(node.sent).toEqual([[], []]);
});

test('an offline camera has no picture, and a token without the scope no right', async () => {
  node.hub.cameras[1].offline();
  await node.load({ source: 'now', cameraType: 'message' });
  node.receive({ camera: 'garden' });
  await fails('ENOTREADY');
  node.hub.cameras[1].online();
  await node.unload();
  await node.load({ source: 'now', cameraType: 'message' }, { scopes: ['events'] });
  node.receive({ camera: 'garden' });
  await fails('ESCOPE');
});
