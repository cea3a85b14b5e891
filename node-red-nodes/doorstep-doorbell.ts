import { readCameras } from './lib/event-filter.ts';
import { startEventNode } from './lib/event-node.ts';
import { eventMessage, readPayload } from './lib/message.ts';
import type { NodeConfig, NodeRed, RedNode } from './lib/node-red.ts';
import { clockTime, textsOf } from './lib/texts.ts';

interface DoorbellConfig extends NodeConfig {
  server?: string;
  cameras?: unknown;
  payload?: unknown;
  replay?: boolean;
}

/** Starts a flow when somebody rings. */
export default function doorbell(RED: NodeRed): void {
  const texts = textsOf(RED);

  RED.nodes.registerType('doorstep-doorbell', function (this: RedNode, config: DoorbellConfig) {
    RED.nodes.createNode(this, config);
    const payload = readPayload(config.payload);
    const eventNode = startEventNode({
      RED,
      node: this,
      server: config.server,
      filter: { kind: 'doorbell', cameras: readCameras(config.cameras), replay: config.replay !== false },
      onEvent: (event) => {
        this.send(eventMessage(event, { payload, receivedAt: Date.now(), texts }));
        eventNode.showSent(texts('status.ring', { time: clockTime(event.at) }));
      },
    });
  });
}
