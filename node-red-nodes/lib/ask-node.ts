/** What all nodes have in common that answer a message by asking the hub. */
import type { Scope } from '../../protocol/api.ts';
import type { LinkState, LinkUser } from './connection.ts';
import { findServer, type ServerNode } from './event-node.ts';
import { type Fault, needsEdit } from './fault.ts';
import { askHub, fetchMedia, type HubLogin, type HubMedia, type HubRequest } from './hub-request.ts';
import { errorOfFault, NodeError } from './node-error.ts';
import type { NodeRed, NodeStatus, RedNode } from './node-red.ts';
import { failedStatus, faultStatus, linkStatus } from './status.ts';
import { type Texts, textsOf } from './texts.ts';

export type Message = Record<string, unknown>;

/** What goes to the outputs: one message for the first, one or `null` for each, or nothing. */
export type Outputs = Message | (Message | null)[] | null;

/** What a node may do while it answers one message. All that can fail throws a `NodeError`, in words. */
export interface Asking {
  readonly login: HubLogin;
  /** Aborted when Node-RED closes the node; the answer is dropped then. */
  readonly signal: AbortSignal;
  /** JSON from the hub. */
  ask(request: HubRequest): Promise<unknown>;
  /** A picture or a film, whole. */
  fetch(path: string, limits: FetchLimits): Promise<HubMedia>;
  /** Throws the `NodeError` of a fault. */
  fail(fault: Fault): never;
  /** Badge while it works. */
  show(status: NodeStatus): void;
  /** Sends before the answer is whole: one message of several. */
  send(outputs: Outputs): void;
}

export interface FetchLimits {
  maxBytes: number;
  timeoutMs?: number;
  /** For what others wait for as well: gives it up in place of the node's own end. */
  signal?: AbortSignal;
}

export interface AskNodeOptions {
  RED: NodeRed;
  node: RedNode;
  /** Id of the server node, as the editor stored it. */
  server: string | undefined;
  /** What the token needs for this. */
  scope: Scope;
  /**
   * Answers one message: what goes out, and the badge afterwards. What it throws becomes the error of this message alone, a `NodeError`
   * with its code.
   */
  answer(message: Message, asking: Asking): Promise<{ outputs: Outputs; badge: NodeStatus }>;
  /** For nodes that also act by themselves; a token that may not read events is no fault of theirs otherwise. */
  onEvent?: LinkUser['onEvent'];
  /** Each time the connection is there again. */
  onConnected?: () => void;
  /** Before the node goes. */
  onClose?: () => void;
}

/** For what a node does between messages. */
export interface AskNode {
  /** Undefined without a hub. */
  readonly hub: ServerNode | undefined;
  /** As for a message, but of none; undefined without a hub. */
  readonly asking: Asking | undefined;
  /** Badge of what went wrong. */
  failed(error: unknown): void;
  /** The same, and said in words: for what no message is there to fail. */
  report(fault: Fault): void;
}

/**
 * Connects a node with its hub: badge of the connection, one answer for each message, `done` exactly once on each path. Messages are
 * answered side by side. The connection is shared and kept open, so that the badge tells the truth.
 */
export function startAskNode(options: AskNodeOptions): AskNode {
  const { RED, node, server, scope, answer, onClose } = options;
  const texts = textsOf(RED);
  const hub = findServer(RED, server);
  const closing = new AbortController();
  const badge = new AskBadge((status) => node.status(status), texts);
  const leave = hub?.join({
    onState(state) {
      badge.link(state);
      // Whoever joins hears of it before this function is through.
      if (state.is === 'connected') queueMicrotask(() => closing.signal.aborted || options.onConnected?.());
    },
    ...(options.onEvent && { onEvent: options.onEvent }),
  });
  if (!hub) node.status(faultStatus('no-server', texts));

  node.on('input', async (message, send, done) => {
    try {
      if (!hub) throw errorOfFault({ code: 'no-server' }, { login: undefined, scope, texts });
      const asking = askingOf(hub, { scope, texts, signal: closing.signal, badge, send });
      const { outputs, badge: after } = await answer(message, asking);
      if (closing.signal.aborted) return done();
      badge.show(after);
      if (outputs) send(outputs);
      done();
    } catch (error) {
      // Whoever closes the node wants no answer any more.
      if (closing.signal.aborted) return done();
      if (hub) badge.failed(error);
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
  node.on('close', (_removed, done) => {
    closing.abort();
    onClose?.();
    if (leave) leave().then(() => done(), done);
    else done();
  });

  const parts = {
    scope,
    texts,
    signal: closing.signal,
    badge,
    send: (outputs: object) => node.send(outputs),
  };
  return {
    hub,
    asking: hub && askingOf(hub, parts),
    failed: (error) => badge.failed(error),
    report(fault) {
      const error = new AskError(fault, errorOfFault(fault, { login: hub?.deployed, scope, texts }));
      badge.failed(error);
      node.error(error.message);
    },
  };
}

interface AskingParts {
  scope: Scope;
  texts: Texts;
  signal: AbortSignal;
  badge: AskBadge;
  send: (outputs: object) => void;
}

function askingOf(hub: ServerNode, { scope, texts, signal, badge, send }: AskingParts): Asking {
  const login = hub.deployed;
  const fail = (fault: Fault): never => {
    throw new AskError(fault, errorOfFault(fault, { login, scope, texts }));
  };
  return {
    login,
    signal,
    fail,
    async ask(request) {
      const reply = await askHub(login, request, signal);
      return reply.ok ? reply.body : fail(reply.fault);
    },
    async fetch(path, limits) {
      const reply = await fetchMedia(login, path, { signal, ...limits });
      return reply.ok ? reply.media : fail(reply.fault);
    },
    show: (status) => badge.show(status),
    send(outputs) {
      if (outputs && !signal.aborted) send(outputs);
    },
  };
}

/** Keeps the fault beside its words: the badge hangs on it, and what a refusal means to a node. */
export class AskError extends NodeError {
  readonly fault: Fault;

  constructor(fault: Fault, { code, message }: NodeError) {
    super(code, message);
    this.fault = fault;
  }
}

/** While the connection is well, the badge is that of the last answer; else it says what is wrong. */
class AskBadge {
  readonly #set: (status: NodeStatus) => void;
  readonly #texts: Texts;
  #connected = false;
  #last: NodeStatus | undefined;

  constructor(set: (status: NodeStatus) => void, texts: Texts) {
    this.#set = set;
    this.#texts = texts;
  }

  link(state: LinkState): void {
    // A token that may not read events may well ask.
    const asksOnly = state.is === 'stopped' && state.fault.code === 'not-permitted';
    this.#connected = state.is === 'connected' || asksOnly;
    this.#set((this.#connected && this.#last) || (asksOnly ? {} : linkStatus(state, this.#texts)));
  }

  show(status: NodeStatus): void {
    this.#last = status;
    if (this.#connected) this.#set(status);
  }

  failed(error: unknown): void {
    const edit = error instanceof AskError && needsEdit(error.fault);
    this.show(edit ? faultStatus(error.fault.code, this.#texts) : failedStatus(this.#texts));
  }
}
