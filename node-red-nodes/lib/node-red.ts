/** The part of Node-RED's runtime API that these nodes use (nodered.org/docs/creating-nodes/node-js). */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface NodeStatus {
  fill?: 'red' | 'green' | 'yellow' | 'blue' | 'grey';
  shape?: 'ring' | 'dot';
  text?: string;
}

/** What the editor saved for a node. */
export interface NodeConfig {
  id: string;
  type: string;
  name?: string;
}

export interface RedNode<Credentials = unknown> {
  readonly id: string;
  readonly name?: string;
  readonly credentials?: Credentials;
  status(status: NodeStatus): void;
  /** One message, or one for each output; `null` leaves an output silent. */
  send(message: object | (object | null)[]): void;
  log(text: string): void;
  warn(text: string): void;
  error(text: string): void;
  /** `done` must be called; Node-RED gives up on it after 15 s. */
  on(event: 'close', listener: (removed: boolean, done: (error?: Error) => void) => void): void;
  /** `done` is called once for each message, with an error when it failed. */
  on(
    event: 'input',
    listener: (
      message: Record<string, unknown>,
      send: (message: object) => void,
      done: (error?: Error) => void,
    ) => void | Promise<void>,
  ): void;
}

/** Express, as far as we need it; Node-RED parses JSON bodies. */
export type AdminRequest = IncomingMessage & { body?: unknown };
export type AdminHandler = (request: AdminRequest, response: ServerResponse, next: () => void) => void;

export interface NodeRed {
  nodes: {
    createNode(node: RedNode, config: NodeConfig): void;
    registerType<N extends RedNode, C extends NodeConfig>(
      type: string,
      create: (this: N, config: C) => void,
      options?: { credentials: Record<string, { type: 'text' | 'password' }> },
    ): void;
    /** Null for what is not deployed or is disabled. */
    getNode(id: string): RedNode | null;
  };
  auth: { needsPermission(permission: string): AdminHandler };
  httpAdmin: { post(path: string, ...handlers: AdminHandler[]): void };
  settings: { lang?: string };
  util: {
    /** Calls back with what a typed input stands for; throws where its name is none. */
    evaluateNodeProperty(
      value: string,
      type: string,
      node: RedNode,
      message: object,
      callback: (error: unknown, value?: unknown) => void,
    ): void;
    /** A copy that shares its Buffers' memory. */
    cloneMessage<M extends object>(message: M): M;
    generateId(): string;
  };
  /** Text in the language of the runtime; parameters stand as `__name__`. */
  _(key: string, parameters?: Record<string, string | number>): string;
}
