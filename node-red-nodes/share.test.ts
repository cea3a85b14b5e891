/** The share node inside Node-RED's own runtime: against today's hub, which has no gate, and against a double of exactly its contract. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startEventHub } from '../test/support/event-hub.ts';
import { helper } from '../test/support/node-red-helper.ts';
import { POLICE, type ShareGateDouble, startShareGate } from '../test/support/share-gate.ts';
import server from './doorstep-server.ts';
import share from './doorstep-share.ts';
import type { ShareReport } from './lib/share-proposal.ts';
import type { GatePanel } from './lib/share-route.ts';

const PATIENCE = { timeout: 20_000, interval: 5 };
const TEXTS = /@homebridge-doorstep\/node-red\/doorstep-(server|share):/;
const CLIP = '01JDA0000000000000000CLIP1';

beforeAll(() => new Promise<void>((resolve) => helper.startServer(resolve)));
afterEach(() => helper.unload());
afterAll(() => new Promise<void>((resolve) => helper.stopServer(resolve)));

interface Told {
  shared: { share: ShareReport; payload?: unknown }[];
  not: { share: ShareReport; payload?: unknown }[];
  send(message: object): void;
}

async function load({ port, token }: { port: number; token: string }, settings: object = {}): Promise<Told> {
  await helper.load(
    [server, share],
    [
      { id: 'hub', type: 'doorstep-server', host: '127.0.0.1', port: String(port), tls: false },
      {
        ...{ id: 'share', type: 'doorstep-share', server: 'hub', version: 1, wires: [['shared'], ['not']] },
        ...{ recipient: POLICE.id, dryRun: false, ...settings },
      },
      { id: 'shared', type: 'helper' },
      { id: 'not', type: 'helper' },
    ],
    { hub: { token } },
  );
  await shows('status.connected');
  const told: Told = { shared: [], not: [], send: (message) => helper.getNode('share').receive(message) };
  helper.getNode<Told['not'][number]>('shared').on('input', (message) => told.shared.push(message));
  helper.getNode<Told['not'][number]>('not').on('input', (message) => told.not.push(message));
  return told;
}
const badge = () => helper.getNode('share').status.args.at(-1)?.[0].text?.replace(TEXTS, '');
const shows = (text: string) => vi.waitFor(() => expect(badge()).toBe(text), PATIENCE);
const failure = () => helper.getNode('share').error.args.at(-1)?.[0];

/** What the dialog is told. */
async function panel(id = 'hub'): Promise<GatePanel> {
  const { body } = await helper.request().post('/doorstep-share/gate').send({ server: id });
  return body as GatePanel;
}

describe("today's hub", () => {
  test.each([
    ['whoever may ask', ['events', 'share:request'], true],
    ['whoever may not', ['events'], false],
  ] as const)('has no gate, for %s: nothing leaves, and the panel says so', async (_who, scopes, may) => {
    const hub = await startEventHub();
    try {
      const { token } = hub.auth.createToken({ name: 'test', scopes: [...scopes] });
      const told = await load({ port: hub.port, token });
      told.send({ clip: CLIP, payload: 'kept' });
      await vi.waitFor(() => expect(told.not).toHaveLength(1), PATIENCE);
      expect(told.not[0]).toMatchObject({ payload: 'kept', share: { reason: 'disabled' } });
      await shows('status.off');
      expect(await panel()).toEqual({ gate: 'off', may });
      expect(told.shared).toEqual([]);
      await hub.goAway();
      expect(await panel()).toMatchObject({ gate: 'unknown', fault: 'refused' });
    } finally {
      await hub[Symbol.asyncDispose]();
    }
  });
});

describe('with a gate', () => {
  let gate: ShareGateDouble;
  beforeEach(async () => {
    gate = await startShareGate();
  });
  afterEach(() => gate[Symbol.asyncDispose]());
  const may = () => ({ port: gate.port, token: gate.tokens.share });
  const posted = () => gate.seen.filter(({ method }) => method !== 'GET').map(({ body }) => body);
  const reasons = (told: Told) => told.not.map((message) => message.share.reason);

  test('proposes, waits for the owner, and tells of each step', async () => {
    const told = await load(may());
    told.send({
      event: { id: 'event-1', media: { clip: { id: CLIP, ready: true } } },
      payload: Buffer.alloc(9),
    });
    await vi.waitFor(() => expect(reasons(told)).toEqual(['pending']), PATIENCE);
    await shows('status.asking');
    expect(posted()).toEqual([{ clipId: CLIP, recipientId: POLICE.id }]);
    const id = told.not[0]?.share.requestId ?? '';
    // What the flow makes of the first message is no matter of the next.
    Object.assign((told.not[0] as { event?: object })?.event ?? {}, { id: 'changed' });
    gate.move(id, 'waiting');
    await vi.waitFor(() => expect(told.shared).toHaveLength(1), PATIENCE);
    expect(told.shared[0]).toMatchObject({ event: { id: 'event-1' } });
    await shows('status.accepted');
    gate.move(id, 'sent');
    await vi.waitFor(() => expect(told.shared).toHaveLength(2), PATIENCE);
    await shows('status.delivered');
    expect(told.shared.map((message) => message.share)).toMatchObject([
      {
        requestId: id,
        state: 'accepted',
        recipient: { id: POLICE.id, name: POLICE.name },
        clip: { id: CLIP },
      },
      { requestId: id, state: 'delivered' },
    ]);
    expect(told.shared[0]).not.toHaveProperty('payload');
    expect(posted()).toHaveLength(1);
  });

  test('a denial is said once, and never asked again', async () => {
    const told = await load(may());
    told.send({ eventId: 'event-1' });
    await vi.waitFor(() => expect(reasons(told)).toEqual(['pending']), PATIENCE);
    gate.move(told.not[0]?.share.requestId ?? '', 'declined');
    await vi.waitFor(() => expect(reasons(told)).toEqual(['pending', 'owner_denied']), PATIENCE);
    await shows('status.denied');
    expect(posted()).toEqual([{ eventId: 'event-1', recipientId: POLICE.id }]);
  });

  test('forged fields are not looked at, and nobody is reached whom the hub does not list', async () => {
    const told = await load(may(), { recipient: '' });
    const forged = { url: 'https://example.org', enabled: true, path: '/etc/passwd', recipients: ['x'] };
    told.send({ ...forged, clip: CLIP, recipient: 'somebody' });
    await vi.waitFor(() => expect(reasons(told)).toEqual(['recipient_not_approved']), PATIENCE);
    expect(posted()).toEqual([]);
    await shows('status.not-approved');
    told.send({ ...forged, clip: CLIP, recipient: POLICE.id });
    await vi.waitFor(() => expect(told.not).toHaveLength(2), PATIENCE);
    expect(posted()).toEqual([{ clipId: CLIP, recipientId: POLICE.id }]);
  });

  test('what was revoked meanwhile is honoured, by the list and after it', async () => {
    const told = await load(may());
    gate.recipients = [{ ...POLICE, refusal: 'recipient-expired' }];
    told.send({ clip: CLIP });
    await vi.waitFor(() => expect(reasons(told)).toEqual(['recipient_expired']), PATIENCE);
    expect(posted()).toEqual([]);
    gate.recipients = [POLICE];
    for (const refusal of ['camera-not-allowed', 'rate-limited'] as const) {
      gate.refuses = refusal;
      told.send({ clip: CLIP });
      await vi.waitFor(() => expect(reasons(told).at(-1)).toBe(refusal.replaceAll('-', '_')), PATIENCE);
    }
    gate.on = false;
    told.send({ clip: CLIP });
    await vi.waitFor(() => expect(reasons(told).at(-1)).toBe('disabled'), PATIENCE);
    expect([told.shared, gate.shares.size]).toEqual([[], 0]);
  });

  test('a trial says which rule stops it, and nothing is kept', async () => {
    const told = await load(may(), { dryRun: true });
    told.send({ clip: CLIP, dryRun: false });
    await vi.waitFor(() => expect(told.not).toHaveLength(1), PATIENCE);
    expect(told.not[0]?.share).toMatchObject({ reason: 'dry_run', clip: { id: CLIP } });
    expect(told.not[0]?.share).not.toHaveProperty('refusal');
    gate.refuses = 'media-not-allowed';
    told.send({ clip: CLIP });
    await vi.waitFor(() => expect(told.not[1]?.share.refusal).toBe('media_not_allowed'), PATIENCE);
    gate.recipients = [];
    told.send({ clip: CLIP });
    await vi.waitFor(() => expect(told.not[2]?.share.refusal).toBe('recipient_not_approved'), PATIENCE);
    expect(posted().every((body) => (body as { dryRun?: boolean }).dryRun === true)).toBe(true);
    expect(gate.shares.size).toBe(0);
  });

  test('a token without the scope proposes nothing', async () => {
    const told = await load({ port: gate.port, token: gate.tokens.events });
    told.send({ clip: CLIP });
    await vi.waitFor(() => expect(reasons(told)).toEqual(['scope_missing']), PATIENCE);
    expect(posted()).toEqual([]);
    expect(await panel()).toEqual({ gate: 'no-scope', may: false });
  });

  test('the panel shows what the gate says now, and nothing else', async () => {
    await load(may());
    expect(await panel()).toEqual({ gate: 'on', may: true, recipients: [POLICE] });
    gate.on = false;
    expect(await panel()).toEqual({ gate: 'off', may: true });
    expect(await panel('no-such-node')).toMatchObject({ gate: 'unknown', fault: 'not-deployed' });
    expect(gate.seen.every(({ method }) => method === 'GET')).toBe(true);
  });

  test.each([
    ['no recording', {}, { payload: Buffer.from('jpeg') }, 'fault.no-clip'],
    ['no recipient', { recipient: '' }, { clip: CLIP }, 'fault.no-recipient'],
  ])('%s is an error, and nothing is asked', async (_what, settings, message, words) => {
    const told = await load(may(), settings);
    told.send(message);
    await vi.waitFor(() => expect(String(failure())).toContain(words), PATIENCE);
    expect([gate.seen, told.not]).toEqual([[], []]);
  });
});
