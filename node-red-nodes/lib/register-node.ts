/** How every node that stands in a flow becomes known to Node-RED. */
import { migrate } from './migrate.ts';
import { NodeError } from './node-error.ts';
import type { NodeConfig, NodeRed, RedNode } from './node-red.ts';
import { faultStatus } from './status.ts';
import { textsOf } from './texts.ts';

/**
 * Registers a node type. `start` gets the configuration in the shape of now, whichever version saved it. What newer nodes saved is not guessed
 * at: the badge and the log say so, and a message to it fails with `EVERSION`.
 */
export function registerNode<Config extends NodeConfig>(
  RED: NodeRed,
  type: string,
  start: (node: RedNode, config: Config) => void,
): void {
  RED.nodes.registerType(type, function (this: RedNode, stored: Config) {
    RED.nodes.createNode(this, stored);
    const migrated = migrate(type, { ...(stored as object) });
    if (migrated.is === 'current') start(this, migrated.stored as unknown as Config);
    else refuse(RED, this, migrated);
  });
}

function refuse(RED: NodeRed, node: RedNode, { version, known }: { version: number; known: number }): void {
  const texts = textsOf(RED);
  const sentence = texts('fault.newer', { version, known });
  node.status(faultStatus('nodes-too-old', texts));
  node.warn(sentence);
  node.on('input', (_message, _send, done) => done(new NodeError('EVERSION', sentence)));
}
