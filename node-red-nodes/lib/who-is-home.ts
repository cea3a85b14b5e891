/** Asks whether somebody is home, where the alert node was told to look. */
import { findServer } from './event-node.ts';
import { askHub } from './hub-request.ts';
import { errorOfFault } from './node-error.ts';
import type { NodeRed, RedNode } from './node-red.ts';
import { isHome } from './presence.ts';
import { fieldOf } from './read-message.ts';
import { textsOf } from './texts.ts';
import { typedValue } from './typed-value.ts';

export interface PresenceSettings {
  /** Only where the hub is asked. */
  server?: string;
  /** `none`, `hub`, or where it stands: `msg`, `flow`, `global`, `env`, `jsonata`. */
  presenceType?: unknown;
  presence?: unknown;
}

export interface WhoIsHomeOptions {
  RED: NodeRed;
  node: RedNode;
  settings: PresenceSettings;
  /** The end of the node. */
  signal: AbortSignal;
}

/** An alert that waits for an answer comes late. */
const TIMEOUT_MS = 3000;

export class WhoIsHome {
  readonly #options: WhoIsHomeOptions;
  /** One question for all who want to know while it is under way. */
  #underWay: Promise<boolean | undefined> | undefined;
  /** A fault is said once, not for each message. */
  #said = '';

  constructor(options: WhoIsHomeOptions) {
    this.#options = options;
  }

  /** Undefined where nobody asks or nobody knows. Never rejects: what goes wrong costs no alert, and is said in the log. */
  async ask(message: object): Promise<boolean | undefined> {
    const { RED, node, settings } = this.#options;
    const { presenceType: type, presence: value } = settings;
    if (type === undefined || type === 'none') return undefined;
    if (type === 'hub') {
      this.#underWay ??= this.#askHub().finally(() => {
        this.#underWay = undefined;
      });
      return this.#underWay;
    }
    try {
      const found = isHome(await typedValue({ RED, node }, { type, value }, message));
      this.#said = '';
      return found;
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  async #askHub(): Promise<boolean | undefined> {
    const { RED, settings, signal } = this.#options;
    const login = findServer(RED, settings.server)?.deployed;
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const reply = login && (await askHub(login, { method: 'GET', path: '/household' }, inTime));
    if (reply?.ok) {
      this.#said = '';
      return isHome(fieldOf(reply.body, 'home'));
    }
    const fault = reply ? reply.fault : ({ code: 'no-server' } as const);
    if (!signal.aborted)
      this.#say(errorOfFault(fault, { login, scope: 'events', texts: textsOf(RED) }).message);
    return undefined;
  }

  #say(words: string): void {
    if (words === this.#said) return;
    this.#said = words;
    this.#options.node.warn(words);
  }
}
