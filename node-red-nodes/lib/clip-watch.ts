/** Watches clips until they are complete: by the hub's events, and by asking, so that nothing is missed while there was no connection. */
import type { ClipInfo } from '../../protocol/api.ts';
import type { ServerNode } from './event-node.ts';
import { type Fault, needsEdit } from './fault.ts';
import { askHub, type HubReply } from './hub-request.ts';
import { fieldOf } from './read-message.ts';

/** `none`: there is no such clip, and there will be none. `fault`: the hub could not even be asked. */
export type ClipEnd = { is: 'enough'; clip: ClipInfo } | { is: 'none' } | { is: 'fault'; fault: Fault };

export interface ClipWait {
  id: string;
  /** Whether it is what was waited for. */
  enough(clip: ClipInfo): boolean;
  /** Until then, epoch ms, a clip that is not known may still be begun. */
  mayBeginUntil: number;
  /** Ends the wait; it rejects then. */
  signal: AbortSignal;
}

type News = { clip: ClipInfo } | { fault: Fault };

/** Between two questions while nothing is heard. */
const PAUSE_MS = 5000;
/** Between two questions for a clip that may be about to begin. */
const SHORT_PAUSE_MS = 1000;

const watches = new WeakMap<ServerNode, Map<string, ClipWatch>>();

/**
 * Waits for a clip of this hub; several who wait for the same one ask together. A fault ends the wait only where it came as the first
 * answer or does not pass by itself: afterwards the hub may go and come back.
 */
export async function waitForClip(
  hub: ServerNode,
  { id, enough, mayBeginUntil, signal }: ClipWait,
): Promise<ClipEnd> {
  signal.throwIfAborted();
  const ended = Promise.withResolvers<ClipEnd>();
  let answered = false;
  let seen = false;
  const leave = watchOf(hub, id).join((news) => {
    if ('clip' in news) {
      answered = seen = true;
      if (enough(news.clip)) ended.resolve({ is: 'enough', clip: news.clip });
      return;
    }
    const { fault } = news;
    if (fault.code === 'nothing-there') {
      answered = true;
      if (seen || Date.now() >= mayBeginUntil) ended.resolve({ is: 'none' });
    } else if (!answered || needsEdit(fault)) ended.resolve({ is: 'fault', fault });
  });
  const give = () => ended.reject(signal.reason);
  signal.addEventListener('abort', give, { once: true });
  try {
    return await ended.promise;
  } finally {
    signal.removeEventListener('abort', give);
    leave();
  }
}

function watchOf(hub: ServerNode, id: string): ClipWatch {
  const ofHub = watches.get(hub) ?? new Map<string, ClipWatch>();
  watches.set(hub, ofHub);
  const watch = ofHub.get(id) ?? new ClipWatch(hub, id, () => ofHub.delete(id));
  ofHub.set(id, watch);
  return watch;
}

/** One clip, for as long as somebody waits for it. */
class ClipWatch {
  readonly #hub: ServerNode;
  readonly #id: string;
  readonly #onOver: () => void;
  readonly #listeners = new Set<(news: News) => void>();
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #leave: (() => Promise<void>) | undefined;
  #asking = false;
  #again = false;

  constructor(hub: ServerNode, id: string, onOver: () => void) {
    this.#hub = hub;
    this.#id = id;
    this.#onOver = onOver;
  }

  /** News from now on; until the returned function is called. */
  join(listener: (news: News) => void): () => void {
    this.#listeners.add(listener);
    let joined = false;
    this.#leave ??= this.#hub.join({
      onState: ({ is }) => joined && is === 'connected' && void this.#ask(),
      onEvent: ({ kind, media }) => kind === 'clip' && media?.clip?.id === this.#id && void this.#ask(),
    });
    joined = true;
    // Not before this function has returned.
    queueMicrotask(() => void this.#ask());
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#end();
    };
  }

  async #ask(): Promise<void> {
    this.#again = this.#asking;
    if (this.#asking || this.#stop.signal.aborted) return;
    this.#asking = true;
    clearTimeout(this.#timer);
    const path = `/clips/${encodeURIComponent(this.#id)}`;
    const reply = await askHub(this.#hub.deployed, { method: 'GET', path }, this.#stop.signal);
    this.#asking = false;
    if (this.#stop.signal.aborted) return;
    const news = newsOf(reply);
    for (const listener of [...this.#listeners]) listener(news);
    if (this.#stop.signal.aborted) return;
    if (this.#again) return void this.#ask();
    const soon = 'fault' in news && news.fault.code === 'nothing-there';
    this.#timer = setTimeout(() => void this.#ask(), soon ? SHORT_PAUSE_MS : PAUSE_MS);
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
    this.#onOver();
    void this.#leave?.();
  }
}

/** Whatever answers at the address of the hub, nothing here may throw: nobody would catch it. */
function newsOf(reply: HubReply): News {
  if (!reply.ok) return { fault: reply.fault };
  const isClip = typeof fieldOf(reply.body, 'id') === 'string';
  return isClip ? { clip: reply.body as ClipInfo } : { fault: { code: 'not-doorstep', detail: 'no clip' } };
}
