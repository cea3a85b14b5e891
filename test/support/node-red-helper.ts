/** Node-RED's own helper for testing nodes in its runtime, with the types that it lacks. */
import { createRequire } from 'node:module';
import type { NodeRed, NodeStatus } from '../../node-red-nodes/lib/node-red.ts';

/** A node in the runtime; what it said of itself is recorded. */
export interface HelperNode<Message> {
  receive(message: object): void;
  on(event: 'input', listener: (message: Message) => void): void;
  status: { args: [NodeStatus][] };
  error: { args: unknown[][] };
}

interface Helper {
  load(nodes: ((RED: NodeRed) => void)[], flow: object[], credentials: object): Promise<void>;
  unload(): Promise<void>;
  getNode<Message = Record<string, unknown>>(id: string): HelperNode<Message>;
  startServer(done: () => void): void;
  stopServer(done: () => void): void;
}

export const helper = createRequire(import.meta.url)('node-red-node-test-helper') as Helper;
