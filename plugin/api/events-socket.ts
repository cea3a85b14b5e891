import { CLOSE, type EventFrame, PROTOCOL_VERSION } from '../../protocol/api.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';
import type { EventSource } from '../events/contract.ts';
import { scopesOf } from './access.ts';
import { cameraInfo } from './camera-info.ts';
import { eventFrame } from './event-feed.ts';
import { type SocketCall, type SocketContext, type SocketRoute, sent } from './socket-route.ts';

/** Events read from the journal at once; between two batches other work has its turn. */
const BATCH = 200;

/** What may wait unsent for one client, in bytes: some thousand events. */
const MOST_UNSENT = 4 * 1024 * 1024;

export const eventsSocket: SocketRoute = {
  path: '/events',
  access: 'events',
  summary:
    'Events as they happen: `hello`, those after the cursor (`replay: true`), `live`, then each new one.',
  query: {
    after: 'The `seq` of the last event that the client knows; left out, only new events come.',
    hub: 'The `hub` of the hello that the cursor belongs to; a cursor of another hub is ignored.',
  },
  async speak(context, call) {
    const { events } = context.hub;
    const send = (frame: EventFrame) => call.socket.send(eventFrame(frame), { binary: false });
    send(hello(context, call));
    let seq = startingPoint(call.query, events);
    const { firstKept } = events.since(seq, 1);
    if (firstKept > seq + 1) {
      send({ type: 'gap', from: seq + 1, to: firstKept - 1 });
      seq = firstKept - 1;
    }
    while (!call.signal.aborted) {
      const batch = events.since(seq, BATCH).events;
      const last = batch.at(-1);
      if (!last) break;
      const frames = batch.map((event) => replayed(event, context.clock.now()));
      for (const frame of frames.slice(0, -1)) call.socket.send(frame, { binary: false });
      for (const frame of frames.slice(-1)) await sent(call.socket, frame, false);
      seq = last.seq;
    }
    // From the empty batch to here nothing else has run: no event can be missed or come twice.
    send({ type: 'live', seq });
    followLive(context, call, seq);
  },
};

function hello({ hub }: SocketContext, { caller }: SocketCall): EventFrame {
  return {
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    minProtocol: PROTOCOL_VERSION,
    version: hub.version,
    hub: hub.events.hubId,
    lastSeq: hub.events.lastSeq,
    scopes: scopesOf(caller),
    cameras: hub.cameras().map((camera) => cameraInfo(hub, camera)),
  };
}

/** The `seq` after which to begin. Without a usable cursor that is the newest event. */
export function startingPoint(
  query: URLSearchParams,
  events: Pick<EventSource, 'hubId' | 'lastSeq'>,
): number {
  const after = query.get('after');
  const hub = query.get('hub');
  if (after === null || !/^\d{1,15}$/.test(after)) return events.lastSeq;
  if (hub !== null && hub !== events.hubId) return events.lastSeq;
  return Math.min(Number(after), events.lastSeq);
}

function followLive({ feed }: SocketContext, { socket, signal }: SocketCall, after: number): void {
  if (signal.aborted) return;
  let last = after;
  const leave = feed.join((frame, seq) => {
    if (seq <= last) return;
    last = seq;
    if (socket.bufferedAmount > MOST_UNSENT) {
      leave();
      socket.close(CLOSE.tooSlow, 'reading too slowly');
      return;
    }
    socket.send(frame, { binary: false });
  });
  signal.addEventListener('abort', leave, { once: true });
}

function replayed(event: DoorstepEvent, sentAt: number): Buffer {
  return eventFrame({ type: 'event', event: { ...event, sentAt, replay: true } });
}
