/** Pictures as payload: made while their event is on its way, and never in the way of another. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { MediaFile } from '../plugin/recordings/contract.ts';
import type { Scope } from '../protocol/api.ts';
import type { CameraRef, DoorstepEvent } from '../protocol/event.ts';
import { type EventHub, FRONT_DOOR, GARDEN, startEventHub } from '../test/support/event-hub.ts';
import { helper } from '../test/support/node-red-helper.ts';
import doorbell from './doorstep-doorbell.ts';
import motion from './doorstep-motion.ts';
import server from './doorstep-server.ts';
import type { EventMessage } from './lib/message.ts';

const PATIENCE = { timeout: 20_000, interval: 5 };
const LONG_MS = 20_000;
const TEXTS = '@homebridge-doorstep/node-red/doorstep-server:';

let hub: EventHub;
/** Pictures that are there, by id; and how often each was asked for. */
const pictures = new Map<string, Buffer>();
const asked = new Map<string, number>();
beforeAll(() => new Promise<void>((resolve) => helper.startServer(resolve)));
afterAll(() => new Promise<void>((resolve) => helper.stopServer(resolve)));
beforeEach(async () => {
  pictures.clear();
  asked.clear();
  hub = await startEventHub();
  vi.spyOn(hub.clips, 'snapshot').mockImplementation(async (id) => {
    asked.set(id, (asked.get(id) ?? 0) + 1);
    const bytes = pictures.get(id);
    return bytes && inMemory(bytes);
  });
});
afterEach(async () => {
  await helper.unload();
  await hub[Symbol.asyncDispose]();
});

const inMemory = (bytes: Buffer): MediaFile => ({
  bytes: bytes.length,
  etag: 'e',
  modifiedAt: Date.now(),
  async *read(from, to) {
    yield bytes.subarray(from, to);
  },
});
/** As far as its size goes, a JPEG. */
const JPEG = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 90, 0, 160, 1, 1, 0, 0]),
  randomBytes(1000),
]);

async function load(node: object, scopes: Scope[] = ['events', 'media']): Promise<EventMessage[]> {
  const { token } = hub.auth.createToken({ name: 'test', scopes });
  await helper.load(
    [server, doorbell, motion],
    [
      { id: 'hub', type: 'doorstep-server', host: '127.0.0.1', port: String(hub.port), tls: false },
      {
        id: 'node',
        type: 'doorstep-doorbell',
        server: 'hub',
        payload: 'picture',
        wires: [['out'], ['out']],
        ...node,
      },
      { id: 'out', type: 'helper' },
    ],
    { hub: { token } },
  );
  const messages: EventMessage[] = [];
  helper.getNode<EventMessage>('out').on('input', (message) => messages.push(message));
  await vi.waitFor(() => expect(badge()).toMatch(/^status\.(connected|no-media)$/), PATIENCE);
  return messages;
}
const badge = () => helper.getNode('node').status.args.at(-1)?.[0].text?.replace(TEXTS, '');
const arrive = (messages: EventMessage[], count: number) =>
  vi.waitFor(() => expect(messages).toHaveLength(count), PATIENCE);
const wasAsked = ({ id }: DoorstepEvent) =>
  vi.waitFor(() => expect(asked.get(id)).toBeGreaterThan(1), PATIENCE);

let count = 0;
/** A ring whose picture has the event's id, as at a real hub. */
function ring({ camera = FRONT_DOOR, picture = true }: { camera?: CameraRef; picture?: boolean } = {}) {
  count += 1;
  const id = `ring-${count}`;
  return hub.events.publish({
    ...{ id, kind: 'doorbell', phase: 'ring', camera, at: Date.now() },
    ...(picture && { media: { snapshot: { id, ready: false } } }),
  });
}

test('a picture that is there at once is the payload, with its facts beside it', async () => {
  const messages = await load({});
  pictures.set(`ring-${count + 1}`, JPEG);
  const event = ring();
  await arrive(messages, 1);
  expect(messages[0]?.payload).toEqual(JPEG);
  expect(messages[0]).toMatchObject({
    event: { id: event.id },
    text: `${TEXTS}message.doorbell-ring`,
    media: {
      ...{ ready: true, contentType: 'image/jpeg', bytes: JPEG.length, width: 160, height: 90 },
      ...{ takenAt: event.at, ageMs: expect.any(Number), source: 'event', id: event.id },
    },
  });
  await vi.waitFor(() => expect(badge()).toBe('status.ring'), PATIENCE);
});

test('without a wait the message goes without a picture that is not there yet', async () => {
  const messages = await load({});
  const { id } = ring();
  ring({ picture: false });
  await arrive(messages, 2);
  expect(messages.map(({ payload, media }) => [payload, media])).toEqual([
    [null, { ready: false, why: 'not-ready', id }],
    [null, { ready: false, why: 'none' }],
  ]);
  expect(asked.get(id)).toBe(1);
});

test('a picture that is made meanwhile is waited for; another camera is not held up, and nothing overtakes', async () => {
  const messages = await load({ wait: LONG_MS });
  const slow = ring();
  const after = ring({ picture: false });
  const elsewhere = ring({ camera: GARDEN, picture: false });
  await arrive(messages, 1);
  expect(messages[0]?.event.id).toBe(elsewhere.id);
  await wasAsked(slow);
  pictures.set(slow.id, JPEG);
  await arrive(messages, 3);
  expect(messages.slice(1).map(({ event, media }) => [event.id, media?.ready])).toEqual([
    [slow.id, true],
    [after.id, false],
  ]);
});

test('when its time is up the message goes without it', async () => {
  const messages = await load({ wait: '150' });
  const { id } = ring();
  await arrive(messages, 1);
  expect(messages[0]?.media).toEqual({ ready: false, why: 'not-ready', id });
  expect(asked.get(id)).toBeGreaterThan(1);
});

test('when too many wait, the oldest go without, in order, and none is lost', async () => {
  const messages = await load({ wait: LONG_MS });
  const rings = Array.from({ length: 40 }, () => ring());
  await arrive(messages, 8);
  expect(messages.map(({ event, media }) => [event.id, media])).toEqual(
    rings.slice(0, 8).map(({ id }) => [id, expect.objectContaining({ ready: false, why: 'too-many' })]),
  );
  for (const { id } of rings) pictures.set(id, JPEG);
  await arrive(messages, 40);
  expect(messages.map(({ event }) => event.id)).toEqual(rings.map(({ id }) => id));
  expect(messages.at(-1)?.media?.ready).toBe(true);
});

test('a token without the scope: one warning, a badge, and messages without pictures', async () => {
  const messages = await load({ wait: LONG_MS }, ['events']);
  expect(badge()).toBe('status.no-media');
  const { id } = ring();
  ring();
  await arrive(messages, 2);
  expect(messages[0]).toMatchObject({ payload: null, media: { ready: false, why: 'not-permitted', id } });
  expect(badge()).toBe('status.no-media');
  const { warn } = helper.getNode('node');
  expect(warn.args).toEqual([[`${TEXTS}fault.no-media`]]);
  expect(asked.size).toBe(0);
});

test('the end of a motion shows the picture of the motion', async () => {
  const messages = await load({ type: 'doorstep-motion', what: 'person' });
  const moves = (phase: 'start' | 'update' | 'end', label: 'motion' | 'person') =>
    hub.events.publish({
      ...{ id: phase, kind: 'motion', phase, label, camera: FRONT_DOOR, at: Date.now() },
      ...(phase === 'start' && { media: { snapshot: { id: 'start', ready: false } } }),
    });
  pictures.set('start', JPEG);
  moves('start', 'motion');
  moves('update', 'person');
  moves('end', 'person');
  await arrive(messages, 2);
  expect(messages.map(({ event, media }) => [event.id, media?.ready, media?.id])).toEqual([
    ['update', true, 'start'],
    ['end', true, 'start'],
  ]);
});

test('a node that goes while it waits leaves nothing behind', async () => {
  const messages = await load({ wait: LONG_MS });
  const event = ring();
  await wasAsked(event);
  const before = asked.get(event.id);
  await helper.unload();
  pictures.set(event.id, JPEG);
  const later = await load({ wait: LONG_MS });
  ring({ picture: false });
  await arrive(later, 1);
  expect(asked.get(event.id)).toBe(before);
  expect(messages).toEqual([]);
});
