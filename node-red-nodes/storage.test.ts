/** The storage node inside Node-RED's own runtime, against the real API. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EventDraft, StorageFacts } from '../protocol/event.ts';
import { type EventHub, FRONT_DOOR, startEventHub } from '../test/support/event-hub.ts';
import { helper } from '../test/support/node-red-helper.ts';
import server from './doorstep-server.ts';
import storage from './doorstep-storage.ts';
import type { StorageMessage } from './lib/storage-message.ts';

const PATIENCE = { timeout: 20_000, interval: 5 };
/** The helper has no catalogs: texts are their keys. */
const TEXTS = '@homebridge-doorstep/node-red/doorstep-server:';

let hub: EventHub;
let token: string;
beforeEach(async () => {
  await new Promise<void>((resolve) => helper.startServer(resolve));
  hub = await startEventHub();
  token = hub.auth.createToken({ name: 'test', scopes: ['events'] }).token;
});
afterEach(async () => {
  await helper.unload();
  await new Promise<void>((resolve) => helper.stopServer(resolve));
  await hub[Symbol.asyncDispose]();
});

/** A storage node with these settings, and what it sends. */
async function listen(settings: object = {}): Promise<StorageMessage[]> {
  const nodes = [
    { id: 'hub', type: 'doorstep-server', host: '127.0.0.1', port: String(hub.port), tls: false },
    { id: 'storage', type: 'doorstep-storage', server: 'hub', wires: [['out']], ...settings },
    { id: 'out', type: 'helper' },
  ];
  await helper.load([server, storage], nodes, { hub: { token } });
  const messages: StorageMessage[] = [];
  helper.getNode<StorageMessage>('out').on('input', (message) => messages.push(message));
  await shows('status.connected');
  return messages;
}

const badge = () => helper.getNode('storage').status.args.at(-1)?.[0].text?.replace(TEXTS, '');
const shows = (text: string) => vi.waitFor(() => expect(badge()).toBe(text), PATIENCE);
const happens = (phase: EventDraft['phase'], facts: StorageFacts = {}, more: Partial<EventDraft> = {}) =>
  hub.events.publish({ kind: 'storage', phase, at: Date.now(), storage: facts, ...more });

test('a NAS that goes and comes back is two messages', async () => {
  const messages = await listen();
  happens('nas-missing', { reason: 'no answer', from: 7, bufferedMs: 43 * 60_000, hoursLeft: 61 });
  await shows('status.storage-nas-missing');
  happens('nas-back', { from: 7, to: 9 });
  await shows('status.storage-nas-back');
  await vi.waitFor(() => expect(messages).toHaveLength(2), PATIENCE);
  expect(messages.map(({ topic, payload, text, title }) => ({ topic, payload, text, title }))).toEqual([
    {
      topic: 'hub/storage/nas-missing',
      payload: { phase: 'nas-missing', reason: 'no answer', from: 7, waitingMinutes: 43, hoursLeft: 61 },
      text: `${TEXTS}message.storage-nas-missing`,
      title: 'Doorstep',
    },
    {
      topic: 'hub/storage/nas-back',
      payload: { phase: 'nas-back', from: 7, to: 9 },
      text: `${TEXTS}message.storage-nas-back`,
      title: 'Doorstep',
    },
  ]);
});

test('a gap is of a camera', async () => {
  const messages = await listen();
  happens('gap', { reason: 'spool-full', from: 1, to: 5 }, { camera: FRONT_DOOR });
  await vi.waitFor(() => expect(messages).toHaveLength(1), PATIENCE);
  expect(messages[0]).toMatchObject({
    topic: 'front-door/storage/gap',
    payload: { phase: 'gap', camera: 'front-door', reason: 'spool-full', from: 1, to: 5 },
    title: 'Front door',
  });
});

test('only the news that were chosen are sent; the badge tells of the NAS all the same, and keeps to it', async () => {
  const messages = await listen({ phases: ['gap'], payload: 'boolean' });
  happens('nas-missing');
  await shows('status.storage-nas-missing');
  happens('spool-low');
  happens('gap', {}, { camera: FRONT_DOOR });
  await vi.waitFor(() => expect(messages).toHaveLength(1), PATIENCE);
  expect(badge()).toBe('status.storage-nas-missing');
  happens('nas-back');
  await shows('status.storage-nas-back');
  expect(messages.map(({ payload, event }) => [payload, event.phase])).toEqual([[true, 'gap']]);
});

test.each([
  ['nas-missing', true],
  ['spool-low', true],
  ['nas-back', false],
] as const)('as boolean %s is %s', async (phase, wrong) => {
  const messages = await listen({ payload: 'boolean' });
  happens(phase);
  await vi.waitFor(() => expect(messages.map(({ payload }) => payload)).toEqual([wrong]), PATIENCE);
});

test('what was missed comes late and in order, or shows in the badge alone', async () => {
  const messages = await listen({ payload: 'text' });
  await hub.goAway();
  await shows('status.retry');
  happens('nas-missing');
  happens('nas-back');
  await hub.comeBack();
  await vi.waitFor(() => expect(messages).toHaveLength(2), PATIENCE);
  expect(messages.map(({ event }) => [event.phase, event.replay])).toEqual([
    ['nas-missing', true],
    ['nas-back', true],
  ]);

  await helper.unload();
  const fresh = await listen({ replay: false });
  await hub.goAway();
  await shows('status.retry');
  happens('nas-missing');
  await hub.comeBack();
  await shows('status.storage-nas-missing');
  expect(fresh).toEqual([]);
});
