/** What all nodes have in common that start a flow with the hub's events. */
import type { CameraInfo } from '../../protocol/api.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';
import type { LinkState, LinkUser } from './connection.ts';
import { type EventFilter, passes } from './event-filter.ts';
import type { HubLogin } from './hub-request.ts';
import type { NodeRed, NodeStatus, RedNode } from './node-red.ts';
import { eventStatus, faultStatus, linkStatus } from './status.ts';
import { textsOf } from './texts.ts';

/** The server node, as other nodes see it. */
export interface ServerNode extends RedNode<{ token?: string }> {
  readonly deployed: HubLogin;
  /** The hub's cameras as it said when it was connected last. */
  cameras(): readonly CameraInfo[];
  join(user: LinkUser): () => Promise<void>;
  /** Where this machine sees the folder that the hub keeps recordings in; undefined where it does not. */
  readonly recordingsFolder: string | undefined;
}

export interface EventNodeOptions {
  RED: NodeRed;
  node: RedNode;
  /** Id of the server node, as the editor stored it. */
  server: string | undefined;
  filter: EventFilter;
  onEvent: (event: DoorstepEvent) => void;
  /** Before the node goes. */
  onClose?: () => void;
}

export interface EventNode {
  /** Shows that a message went out; it stays until the connection changes. */
  showSent(text: string): void;
}

/** Connects a node with its hub until Node-RED closes it: events, badge, clean end. */
export function startEventNode({ RED, node, server, filter, onEvent, onClose }: EventNodeOptions): EventNode {
  const texts = textsOf(RED);
  const hub = findServer(RED, server);
  if (!hub) {
    node.status(faultStatus('no-server', texts));
    return { showSent: () => {} };
  }

  let connected = false;
  let sent: NodeStatus | undefined;
  const onState = (state: LinkState) => {
    connected = state.is === 'connected';
    node.status((connected && sent) || linkStatus(state, texts));
  };
  const leave = hub.join({
    onState,
    onEvent: (event) => {
      if (!passes(event, filter)) return;
      try {
        onEvent(event);
      } catch (error) {
        node.error(error instanceof Error ? error.message : String(error));
      }
    },
  });
  node.on('close', (_removed, done) => {
    onClose?.();
    leave().then(() => done(), done);
  });

  return {
    showSent(text) {
      sent = eventStatus(text);
      if (connected) node.status(sent);
    },
  };
}

/** The server node with this id; undefined where it is not deployed or is something else. */
export function findServer(RED: NodeRed, id: string | undefined): ServerNode | undefined {
  const node = id ? RED.nodes.getNode(id) : null;
  return node && 'join' in node ? (node as ServerNode) : undefined;
}
