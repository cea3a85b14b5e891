import { type EventConfig, readWait } from './lib/event-config.ts';
import { readCameras } from './lib/event-filter.ts';
import { startEventNode } from './lib/event-node.ts';
import { readPayload } from './lib/message.ts';
import type { NodeRed } from './lib/node-red.ts';
import { registerNode } from './lib/register-node.ts';
import { clockTime, textsOf } from './lib/texts.ts';

/** Starts a flow when somebody rings. */
export default function doorbell(RED: NodeRed): void {
  const texts = textsOf(RED);

  registerNode<EventConfig>(RED, 'doorstep-doorbell', (node, config) => {
    const eventNode = startEventNode({
      RED,
      node,
      server: config.server,
      filter: {
        subjects: ['doorbell'],
        cameras: readCameras(config.cameras),
        replay: config.replay !== false,
      },
      payload: readPayload(config.payload),
      waitMs: readWait(config.wait),
      onEvent: (event) =>
        eventNode.send(event, { badge: texts('status.ring', { time: clockTime(event.at) }) }),
    });
  });
}
