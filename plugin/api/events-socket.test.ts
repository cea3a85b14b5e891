import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { CLOSE, type EventFrame, PROTOCOL_VERSION } from '../../protocol/api.ts';
import { TestSocket } from '../../test/support/api-client.ts';
import { type FakeHub, startFakeHub } from '../../test/support/fake-hub.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { makeSampleMedia, type SampleMedia } from '../../test/support/sample-media.ts';
import { startingPoint } from './events-socket.ts';

let media: SampleMedia;
let hub: FakeHub;
let clock: ManualClock;
let headers: Record<string, string>;
const sockets: TestSocket[] = [];
beforeAll(async () => {
  media = await makeSampleMedia({ seconds: 1 });
});
beforeEach(async () => {
  clock = new ManualClock();
  hub = await startFakeHub({ media, clock });
  const { token } = hub.auth.createToken({ name: 'x', scopes: ['events'] });
  headers = { authorization: `Bearer ${token}` };
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.end();
  await hub[Symbol.asyncDispose]();
  expect(clock.pending).toBe(0);
});

function open(query = ''): TestSocket {
  const socket = new TestSocket(`${hub.api.url}/api/v1/events${query}`, headers);
  sockets.push(socket);
  return socket;
}

const ring = () => hub.events.publish({ kind: 'doorbell', phase: 'ring', camera: hub.cameras[0].ref, at: 1 });
const rings = (count: number) => Array.from({ length: count }, ring);

/** Frames up to and with the first one that `isLast`. */
async function framesUntil(
  socket: TestSocket,
  isLast: (frame: EventFrame) => boolean,
): Promise<EventFrame[]> {
  const frames: EventFrame[] = [];
  for (;;) {
    const frame = await socket.nextJson<EventFrame>();
    frames.push(frame);
    if (isLast(frame)) return frames;
  }
}

test('hello, live, then each event as it was published', async () => {
  rings(3);
  const socket = open();
  expect(await socket.nextJson()).toEqual({
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    minProtocol: PROTOCOL_VERSION,
    version: hub.services.version,
    hub: hub.events.hubId,
    lastSeq: 3,
    scopes: ['events'],
    cameras: hub.cameras.map(({ ref, kind, state }) => ({
      ...ref,
      kind,
      ...state,
      armed: true,
      packages: [],
    })),
  });
  expect(await socket.nextJson()).toEqual({ type: 'live', seq: 3 });
  const event = ring();
  expect(await socket.nextJson()).toEqual({ type: 'event', event });
  expect(socket.unread).toBe(0);
});

test('after a cursor what was missed comes again, marked, and then what is new', async () => {
  const missed = rings(450).slice(10);
  const frames = await framesUntil(open(`?after=10&hub=${hub.events.hubId}`), ({ type }) => type === 'live');
  expect(frames.slice(1)).toEqual([
    ...missed.map((event) => ({ type: 'event', event: { ...event, sentAt: clock.now(), replay: true } })),
    { type: 'live', seq: 450 },
  ]);
});

test('what the journal no longer has is a gap', async () => {
  rings(20);
  hub.events.forget(12);
  const frames = await framesUntil(open('?after=4'), ({ type }) => type === 'live');
  expect(frames[1]).toEqual({ type: 'gap', from: 5, to: 12 });
  expect(frames.flatMap((frame) => (frame.type === 'event' ? frame.event.seq : []))).toEqual([
    13, 14, 15, 16, 17, 18, 19, 20,
  ]);
});

test('a gap up to now is a gap as well', async () => {
  rings(5);
  hub.events.forget(5);
  const frames = await framesUntil(open('?after=2'), ({ type }) => type === 'live');
  expect(frames.slice(1)).toEqual([
    { type: 'gap', from: 3, to: 5 },
    { type: 'live', seq: 5 },
  ]);
});

test.each([
  ['', 7],
  ['after=3', 3],
  ['after=3&hub=here', 3],
  ['after=0', 0],
  ['after=3&hub=elsewhere', 7],
  ['after=99', 7],
  ['after=-1', 7],
  ['after=3.5', 7],
  ['after=many', 7],
])('with "%s" it begins after %i', (query, seq) => {
  expect(startingPoint(new URLSearchParams(query), { hubId: 'here', lastSeq: 7 })).toBe(seq);
});

test('however publishing and replay meet, every event comes once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 700 }),
      fc.array(fc.record({ count: fc.integer({ min: 1, max: 60 }), turns: fc.nat({ max: 4 }) }), {
        maxLength: 12,
      }),
      fc.nat({ max: 700 }),
      async (before, bursts, behind) => {
        rings(before);
        const after = Math.max(0, hub.events.lastSeq - behind);
        const socket = open(`?after=${after}`);
        for (const { count, turns } of bursts) {
          rings(count);
          for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
        }
        const { seq: lastSeq } = ring();
        const isLast = (frame: EventFrame) => frame.type === 'event' && frame.event.seq === lastSeq;
        const [hello, ...frames] = await framesUntil(socket, isLast);
        socket.end();
        expect(hello?.type).toBe('hello');
        const live = frames.findIndex(({ type }) => type === 'live');
        const seqs = (some: EventFrame[]) =>
          some.flatMap((frame) => (frame.type === 'event' ? frame.event.seq : []));
        const wanted = Array.from({ length: lastSeq - after }, (_, index) => after + 1 + index);
        // The last one may have come as a replay; then `live` is yet to follow.
        expect(seqs(frames)).toEqual(wanted);
        const isReplay = (frame: EventFrame) => frame.type === 'event' && frame.event.replay === true;
        const replayed = live < 0 ? frames : frames.slice(0, live);
        expect(replayed.every(isReplay)).toBe(true);
        if (live >= 0) expect(frames.slice(live + 1).some(isReplay)).toBe(false);
      },
    ),
    { numRuns: 25 },
  );
});

test('who reads too slowly is told so and dropped; others are not held up', async () => {
  const [slow, quick] = [open(), open()];
  for (const socket of [slow, quick]) await framesUntil(socket, ({ type }) => type === 'live');
  slow.socket.pause();
  const camera = { ...hub.cameras[0].ref, name: 'x'.repeat(1500) };
  // The network's own buffers take some megabytes before anything waits with us.
  for (let i = 0; i < 100; i++) {
    for (let j = 0; j < 200; j++) hub.events.publish({ kind: 'motion', phase: 'update', camera, at: 1 });
    await new Promise(setImmediate);
  }
  const { seq } = ring();
  await framesUntil(quick, (frame) => frame.type === 'event' && frame.event.seq === seq);
  slow.socket.resume();
  expect((await slow.closed).code).toBe(CLOSE.tooSlow);
});

test('a client that answers no ping is dropped, one that does stays', async () => {
  const [dead, alive] = [open(), open()];
  const pinged = vi.fn();
  alive.socket.on('ping', pinged);
  for (const socket of [dead, alive]) await framesUntil(socket, ({ type }) => type === 'live');
  dead.socket.pause();
  clock.advance(15_000);
  await vi.waitFor(() => expect(pinged).toHaveBeenCalledTimes(1), { timeout: 20_000 });
  // The pong of the living one must have come before the next round.
  ring();
  await alive.next();
  clock.advance(15_000);
  await vi.waitFor(() => expect(pinged).toHaveBeenCalledTimes(2), { timeout: 20_000 });
  dead.socket.resume();
  expect((await dead.closed).code).toBe(1006);
  expect(alive.socket.readyState).toBe(alive.socket.OPEN);
});

test('a client that talks too much is cut off', async () => {
  const socket = open();
  await framesUntil(socket, ({ type }) => type === 'live');
  socket.socket.send('a word is ignored');
  socket.socket.send('x'.repeat(5000));
  expect((await socket.closed).code).toBe(1009);
});
