import { startAskNode } from './lib/ask-node.ts';
import { controlOrder } from './lib/control-order.ts';
import { NodeError } from './lib/node-error.ts';
import type { NodeConfig, NodeRed, RedNode } from './lib/node-red.ts';
import { eventStatus } from './lib/status.ts';
import { clockTime, textsOf } from './lib/texts.ts';

interface ControlConfig extends NodeConfig {
  server?: string;
  camera?: unknown;
  action?: unknown;
}

/** Rings, reports motion, switches privacy and detection, and tells what the household does. */
export default function control(RED: NodeRed): void {
  const texts = textsOf(RED);

  RED.nodes.registerType('doorstep-control', function (this: RedNode, config: ControlConfig) {
    RED.nodes.createNode(this, config);
    startAskNode({
      RED,
      node: this,
      server: config.server,
      scope: 'control',
      async answer(message, { ask }) {
        const order = controlOrder(config, message);
        if ('missing' in order) throw new NodeError('EINVAL', texts(`fault.${order.missing}`));
        const { action, ...request } = order;
        const payload = await ask(request);
        const badge = eventStatus(texts(`status.did-${action}`, { time: clockTime(Date.now()) }));
        return { outputs: { ...message, payload }, badge };
      },
    });
  });
}
