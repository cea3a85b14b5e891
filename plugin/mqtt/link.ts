/** The one connection to an MQTT broker, for all that is told and heard there. */
import { connect, type MqttClient } from 'mqtt';
import type { Problem } from '../../protocol/api.ts';
import { atMost, type Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';
import { type BrokerLogin, clientOptions, connectProblem, notAllowed, unreachable } from './broker.ts';
import { BrokerTrouble } from './broker-trouble.ts';
import { type MqttMessage, topicMatches } from './trigger-match.ts';

export interface Link extends AsyncDisposable {
  /** Why nothing, or not all, is told and heard now. */
  readonly problem: Problem | undefined;
  /**
   * The broker keeps this, instead of what it kept there; empty: nothing. It is told anew with each connection. However slow the broker is,
   * one message of a topic is under way at a time, and after it only the newest.
   */
  keep(topic: string, payload: string | Buffer): void;
  /** The broker shall have what it keeps there told once more. */
  again(topic: string): void;
  /** Goes out once and is not kept. Lost while the broker is away or cannot follow: nothing is told late. */
  say(topic: string, payload: string): void;
  /** Calls back for each message; `may`: a broker that does not allow it is no fault. Before the first connection. */
  hear(filters: readonly string[], listener: (message: MqttMessage) => void, may?: 'refuse'): void;
  /** Resolves once the broker has all that it shall keep. */
  told(): Promise<void>;
  /** Resolves when all filters are subscribed for the first time. */
  readonly ready: Promise<void>;
}

/** With quality 1, mqtt.js would give what nobody acknowledged again after a reconnect: a ring of a minute ago is none. */
const ONCE = { qos: 0, retain: false } as const;
const KEPT = { qos: 1, retain: true } as const;
/** What a dead or slow connection may have swallowed, in bytes; a ring that waits behind more than this would come late. */
const MOST_BEHIND = 256 * 1024;
/** What is heard is short; whatever is longer is none. */
const MAX_PAYLOAD = 16 * 1024;
/** A broker that is slower than this learns of our end by the last will. */
const FAREWELL_MS = 2000;

/** Topics stand in the log: some brokers let one hold a line break, or as much as a book. */
const isPlain = (topic: string) => topic.length <= 512 && !/\p{Cc}/u.test(topic);

export interface LinkOptions {
  login: BrokerLogin;
  /** Kept at the broker: `online` while we are connected, and else, by our last will, `offline`. */
  statusTopic: string;
}

export interface LinkDeps {
  clock: Clock;
  log: Log;
  /** How long after a lost connection the next is tried, in ms. */
  reconnectMs?: number;
}

const RECONNECT_MS = 5_000;

/** Connects, and connects again whenever the connection is lost, until it is disposed. Never throws. */
export function openLink(options: LinkOptions, deps: LinkDeps): Link {
  const link = new BrokerLink(options, deps);
  void link.open();
  return link;
}

interface Ear {
  filters: readonly string[];
  listener: (message: MqttMessage) => void;
  mayRefuse: boolean;
}

class BrokerLink implements Link {
  readonly #options: LinkOptions;
  readonly #clock: Clock;
  readonly #reconnectMs: number;
  readonly #log: Log;
  readonly #trouble: BrokerTrouble;
  readonly #ears: Ear[] = [];
  /** What the broker shall keep, and what this connection was given of it. */
  readonly #wanted = new Map<string, string | Buffer>();
  readonly #given = new Map<string, string | Buffer>();
  readonly #underWay = new Set<string>();
  readonly #ready = Promise.withResolvers<void>();
  #waiting: (() => void)[] = [];
  #client: MqttClient | undefined;
  #ended = false;

  constructor(options: LinkOptions, { clock, log, reconnectMs = RECONNECT_MS }: LinkDeps) {
    this.#options = options;
    this.#reconnectMs = reconnectMs;
    this.#clock = clock;
    this.#log = log;
    this.#trouble = new BrokerTrouble(log);
    this.#wanted.set(options.statusTopic, 'online');
    this.hear([options.statusTopic], ({ payload }) => this.#contradict(payload), 'refuse');
  }

  /**
   * Of a machine that lost its power, the broker finds out within a minute, and says the last will of that connection while the next one
   * has long been there.
   */
  #contradict(status: string): void {
    const { statusTopic } = this.#options;
    if (!this.#ended && status !== this.#wanted.get(statusTopic)) this.again(statusTopic);
  }

  get problem(): Problem | undefined {
    return this.#trouble.problem;
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  async open(): Promise<void> {
    const { login, statusTopic } = this.#options;
    try {
      const will = { topic: statusTopic, payload: Buffer.from('offline'), ...KEPT };
      const options = { ...(await clientOptions(login)), will, reconnectPeriod: this.#reconnectMs };
      if (this.#ended) return;
      this.#client = this.#follow(connect(login.url, options));
    } catch (error) {
      this.#trouble.say(
        error instanceof ProblemError ? error.problem : unreachable(login.url, reason(error)),
      );
    }
  }

  #follow(client: MqttClient): MqttClient {
    const { url } = this.#options.login;
    client.on('connect', () => void this.#connected(client));
    client.on('error', (error) => this.#trouble.say(connectProblem(url, error)));
    client.on('offline', () =>
      this.#trouble.say(this.#trouble.problem ?? unreachable(url, 'it does not answer')),
    );
    client.on('message', (topic, payload, { retain }) => this.#heard(topic, payload, retain));
    return client;
  }

  async #connected(client: MqttClient): Promise<void> {
    this.#given.clear();
    // Last that we are there: until then what the broker kept is how things were, and a motion of then is none.
    const { statusTopic } = this.#options;
    for (const topic of this.#wanted.keys()) if (topic !== statusTopic) this.#give(topic);
    this.#give(statusTopic);
    try {
      const refused = await this.#subscribe(client);
      if (refused.length > 0) return this.#trouble.say(notAllowed(refused));
      this.#trouble.over();
      this.#ready.resolve();
    } catch (error) {
      // Where it broke meanwhile, the next connection subscribes.
      if (client.connected) this.#trouble.say(unreachable(this.#options.login.url, reason(error)));
    }
  }

  /** Those that the broker refuses. */
  async #subscribe(client: MqttClient): Promise<string[]> {
    const filters = [...new Set(this.#ears.flatMap((ear) => ear.filters))];
    if (filters.length === 0) return [];
    const needed = new Set(this.#ears.flatMap((ear) => (ear.mayRefuse ? [] : ear.filters)));
    const granted = await client.subscribeAsync(filters, { qos: 1 });
    return granted.filter(({ qos, topic }) => qos >= 128 && needed.has(topic)).map(({ topic }) => topic);
  }

  #heard(topic: string, bytes: Buffer, retained: boolean): void {
    if (bytes.length > MAX_PAYLOAD || !isPlain(topic)) return;
    const message = { topic, payload: bytes.toString('utf8'), retained };
    for (const { filters, listener } of this.#ears) {
      if (!filters.some((filter) => topicMatches(filter, topic))) continue;
      try {
        listener(message);
      } catch (error) {
        this.#log.warn(`MQTT: what "${topic}" says was not taken: ${reason(error)}`);
      }
    }
  }

  hear(filters: readonly string[], listener: Ear['listener'], may?: 'refuse'): void {
    this.#ears.push({ filters, listener, mayRefuse: may === 'refuse' });
  }

  keep(topic: string, payload: string | Buffer): void {
    this.#wanted.set(topic, payload);
    this.#give(topic);
  }

  again(topic: string): void {
    this.#given.delete(topic);
    this.#give(topic);
  }

  say(topic: string, payload: string): void {
    const client = this.#client;
    // mqtt.js would keep it and tell it late.
    if (!client?.connected || client.stream.writableLength > MOST_BEHIND) return;
    client.publishAsync(topic, payload, ONCE).catch((error) => this.#notTaken(topic, error));
  }

  #give(topic: string): void {
    const client = this.#client;
    if (!client?.connected || this.#underWay.has(topic)) return;
    const payload = this.#wanted.get(topic);
    if (payload === undefined || this.#given.get(topic) === payload) {
      this.#settle();
      return;
    }
    this.#underWay.add(topic);
    this.#given.set(topic, payload);
    client
      .publishAsync(topic, payload, KEPT)
      .catch((error) => this.#notTaken(topic, error))
      .finally(() => {
        this.#underWay.delete(topic);
        this.#give(topic);
      });
  }

  #notTaken(topic: string, error: unknown): void {
    this.#log.debug(`MQTT: ${topic} was not taken: ${reason(error)}`);
  }

  #settle(): void {
    if (this.#underWay.size > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  told(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#client?.connected) this.#settle();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.keep(this.#options.statusTopic, 'offline');
    const client = this.#client;
    if (!client) return;
    const closed = new Promise<void>((resolve) => client.once('close', resolve));
    if (client.connected) await atMost(this.#clock, FAREWELL_MS, Promise.race([this.told(), closed]));
    await client.endAsync(true);
  }
}
