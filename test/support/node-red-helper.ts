/** Node-RED's own helper for testing nodes in its runtime, with the types that it lacks. */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { NodeRed, NodeStatus } from '../../node-red-nodes/lib/node-red.ts';

/** A node in the runtime; what it said of itself is recorded. */
export interface HelperNode<Message> {
  receive(message: object): void;
  on(event: 'input', listener: (message: Message) => void): void;
  status: { args: [NodeStatus][] };
  warn: { args: unknown[][] };
  error: { args: unknown[][] };
  /** What Node-RED does for each call of an input's `done`. */
  _complete(message: object, error?: unknown): void;
}

interface Helper {
  load(nodes: ((RED: NodeRed) => void)[], flow: object[], credentials: object): Promise<void>;
  unload(): Promise<void>;
  getNode<Message = Record<string, unknown>>(id: string): HelperNode<Message>;
  startServer(done: () => void): void;
  stopServer(done: () => void): void;
  /** Asks the editor's API, as a dialog does. */
  request(): { post(path: string): { send(body: object): Promise<{ body: unknown }> } };
  /** Node-RED's own, which outlives flows. */
  readonly _events: NodeJS.EventEmitter;
  readonly _redNodes: { setFlows(flow: object[], credentials: object, type: string): Promise<unknown> };
}

export const helper = createRequire(import.meta.url)('node-red-node-test-helper') as Helper;

/** Deploys anew, as the editor's button does, after `helper.load`; resolves when the nodes have started. */
export async function redeploy(
  flow: object[],
  credentials: object,
  type: 'full' | 'flows' | 'nodes' = 'full',
): Promise<void> {
  const started = once(helper._events, 'flows:started');
  await helper._redNodes.setFlows(flow, credentials, type);
  await started;
}
