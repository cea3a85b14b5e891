import { startEventNode } from './lib/event-node.ts';
import { readPlainPayload } from './lib/message.ts';
import type { NodeConfig, NodeRed } from './lib/node-red.ts';
import { registerNode } from './lib/register-node.ts';
import { readPhases, StorageBadge, storageMessage } from './lib/storage-message.ts';
import { textsOf } from './lib/texts.ts';

interface StorageConfig extends NodeConfig {
  server?: string;
  /** Which news; none means all. */
  phases?: unknown;
  payload?: unknown;
  replay?: boolean;
}

/** Starts a flow when the NAS goes or comes back, room runs short, or footage could not be kept. */
export default function storage(RED: NodeRed): void {
  const texts = textsOf(RED);

  registerNode<StorageConfig>(RED, 'doorstep-storage', (node, config) => {
    const payload = readPlainPayload(config.payload);
    const phases = readPhases(config.phases);
    const badge = new StorageBadge();
    const eventNode = startEventNode({
      RED,
      node,
      server: config.server,
      // The badge tells how it is, whatever is wanted as a message.
      filter: { subjects: ['storage'], cameras: [], replay: true },
      onEvent: (event) => {
        const wanted = phases.length === 0 || phases.some((phase) => phase === event.phase);
        if (wanted && (!event.replay || config.replay !== false))
          node.send(storageMessage(event, { payload, receivedAt: Date.now(), texts }));
        const shown = badge.take(event);
        if (shown) eventNode.showSent(texts(shown.key, { time: shown.time }));
      },
    });
  });
}
