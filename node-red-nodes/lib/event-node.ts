/** What all nodes have in common that start a flow with the hub's events. */
import type { CameraInfo, Scope } from '../../protocol/api.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';
import type { LinkState, LinkUser } from './connection.ts';
import { type EventFilter, passes } from './event-filter.ts';
import {
  fetchPicture,
  type MissingPicture,
  type Picture,
  type PictureRef,
  pictureRef,
} from './event-picture.ts';
import type { HubLogin } from './hub-request.ts';
import { InOrder } from './in-order.ts';
import { type EventMessage, eventMessage, type PayloadKind, withPicture } from './message.ts';
import type { NodeRed, NodeStatus, RedNode } from './node-red.ts';
import { eventStatus, faultStatus, linkStatus, noMediaStatus } from './status.ts';
import { type Texts, textsOf } from './texts.ts';

/** The server node, as other nodes see it. */
export interface ServerNode extends RedNode<{ token?: string }> {
  readonly deployed: HubLogin;
  /** The hub's cameras as it said when it was connected last. */
  cameras(): readonly CameraInfo[];
  /** How many packages lie in front of these cameras now; none means every camera. */
  packagesAt(cameras: readonly string[]): number;
  /** What the token may do, as the hub said when it was connected last. */
  scopes(): readonly Scope[];
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
  /** What `send` makes the payload. Default the event. */
  payload?: PayloadKind;
  /** How long a picture may still be made before the message goes without it, in ms. Default 0. */
  waitMs?: number;
  onEvent: (event: DoorstepEvent) => void;
  /** The badge of a connection that is there, where there is more to tell than that. */
  onConnected?: () => string | undefined;
  /** Before the node goes. */
  onClose?: () => void;
}

export interface Sending {
  /** Badge as soon as the message goes out. */
  badge: string;
  /** Which output, from 0. Default 0. */
  output?: number;
  /** Default: the one that the event names. */
  picture?: PictureRef | undefined;
}

export interface EventNode {
  /**
   * Sends a message about an event. With a picture as payload it waits for it, and so do later messages about the same camera, so that none
   * overtakes another.
   */
  send(event: DoorstepEvent, sending: Sending): void;
  /** Shows that a message went out; it stays until the connection changes. */
  showSent(text: string): void;
}

/** One camera's messages that wait for a picture. */
const MOST_WAITING = 32;

/** Connects a node with its hub until Node-RED closes it: events, messages, badge, clean end. */
export function startEventNode(options: EventNodeOptions): EventNode {
  const { RED, node, server, filter, payload = 'event', onEvent, onConnected, onClose } = options;
  const texts = textsOf(RED);
  const hub = findServer(RED, server);
  if (!hub) {
    node.status(faultStatus('no-server', texts));
    return { send: () => {}, showSent: () => {} };
  }

  const badge = new EventBadge((status) => node.status(status), texts);
  const pictures = payload === 'picture' ? waitForPictures(options, hub, deliver) : undefined;
  let warned = false;
  const mayNotSee = () => {
    badge.mayNotSee();
    if (warned) return;
    warned = true;
    node.warn(texts('fault.no-media'));
  };
  function deliver(message: EventMessage, { badge: text, output = 0 }: Sending): void {
    if (message.media && !message.media.ready && message.media.why === 'not-permitted') mayNotSee();
    node.send([...Array<null>(output).fill(null), message]);
    badge.sent(text);
  }

  const leave = hub.join({
    onState: (state) => {
      if (state.is === 'connected') {
        if (pictures && !hub.scopes().includes('media')) mayNotSee();
        const text = onConnected?.();
        if (text !== undefined) badge.sent(text);
      }
      badge.link(state);
    },
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
    pictures?.close();
    leave().then(() => done(), done);
  });

  return {
    send(event, sending) {
      const message = eventMessage(event, { payload, receivedAt: Date.now(), texts });
      if (pictures) pictures.add(event.camera?.id ?? '', { message, sending });
      else deliver(message, sending);
    },
    showSent: (text) => badge.sent(text),
  };
}

interface WaitingMessage {
  message: EventMessage;
  sending: Sending;
}

function waitForPictures(
  { node, waitMs = 0 }: EventNodeOptions,
  hub: ServerNode,
  deliver: (message: EventMessage, sending: Sending) => void,
): InOrder<WaitingMessage, Picture | MissingPicture> {
  return new InOrder<WaitingMessage, Picture | MissingPicture>({
    most: MOST_WAITING,
    async work({ message: { event }, sending }, signal) {
      const picture = sending.picture ?? pictureRef(event);
      if (!hub.scopes().includes('media'))
        return { ready: false, why: 'not-permitted', ...(picture && { id: picture.id }) };
      return fetchPicture({ login: hub.deployed, picture, until: event.receivedAt + waitMs, signal });
    },
    done({ message, sending }, picture) {
      try {
        deliver(withPicture(message, picture), sending);
      } catch (error) {
        node.error(error instanceof Error ? error.message : String(error));
      }
    },
  });
}

/** While the connection is well, the badge is that of the last message; else it says what is wrong. */
class EventBadge {
  readonly #set: (status: NodeStatus) => void;
  readonly #texts: Texts;
  #connected = false;
  #last: NodeStatus | undefined;
  #noMedia = false;

  constructor(set: (status: NodeStatus) => void, texts: Texts) {
    this.#set = set;
    this.#texts = texts;
  }

  link(state: LinkState): void {
    this.#connected = state.is === 'connected';
    if (this.#connected && (this.#last || this.#noMedia)) this.#show();
    else this.#set(linkStatus(state, this.#texts));
  }

  sent(text: string): void {
    this.#last = eventStatus(text);
    if (this.#connected) this.#show();
  }

  /** The token lacks the scope for pictures; that stays until the token is another. */
  mayNotSee(): void {
    this.#noMedia = true;
    if (this.#connected) this.#show();
  }

  #show(): void {
    this.#set(this.#noMedia ? noMediaStatus(this.#texts) : (this.#last ?? {}));
  }
}

/** The server node with this id; undefined where it is not deployed or is something else. */
export function findServer(RED: NodeRed, id: string | undefined): ServerNode | undefined {
  const node = id ? RED.nodes.getNode(id) : null;
  return node && 'join' in node ? (node as ServerNode) : undefined;
}
