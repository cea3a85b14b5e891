import type { EventFrame } from '../../protocol/api.ts';
import type { EventSource } from '../events/contract.ts';

export type FeedListener = (frame: Buffer, seq: number) => void;

/** Gives each new event to all sockets, made into text once. */
export interface EventFeed extends Disposable {
  /** The returned function leaves. */
  join(listener: FeedListener): () => void;
}

export function createEventFeed(events: EventSource): EventFeed {
  const listeners = new Set<FeedListener>();
  const end = events.subscribe((event) => {
    if (listeners.size === 0) return;
    const frame = eventFrame({ type: 'event', event });
    for (const listener of listeners) listener(frame, event.seq);
  });
  return {
    join(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    [Symbol.dispose]() {
      end();
      listeners.clear();
    },
  };
}

export function eventFrame(frame: EventFrame): Buffer {
  return Buffer.from(JSON.stringify(frame));
}
