import { type EventConfig, readWait } from './lib/event-config.ts';
import { readCameras, readNames } from './lib/event-filter.ts';
import { startEventNode } from './lib/event-node.ts';
import { readPayload } from './lib/message.ts';
import type { NodeRed } from './lib/node-red.ts';
import { registerNode } from './lib/register-node.ts';
import { textsOf } from './lib/texts.ts';

interface EventsConfig extends EventConfig {
  /** `motion/start`, …; none means all. */
  subjects?: unknown;
  tests?: boolean;
}

/** Starts a flow with any events of the hub. */
export default function events(RED: NodeRed): void {
  const texts = textsOf(RED, 'doorstep-events');

  registerNode<EventsConfig>(RED, 'doorstep-events', (node, config) => {
    const eventNode = startEventNode({
      RED,
      node,
      server: config.server,
      filter: {
        subjects: readNames(config.subjects),
        cameras: readCameras(config.cameras),
        replay: config.replay !== false,
        tests: config.tests !== false,
      },
      payload: readPayload(config.payload),
      waitMs: readWait(config.wait),
      onEvent: (event) => eventNode.send(event, { badge: texts('status.live', { seq: event.seq }) }),
    });
  });
}
