/**
 * What Home Assistant does with a broker, as its documentation says: it finds devices (`ha-discovery.ts`), hears the topics that they name, and
 * makes states of what it hears (`ha-template.ts`). Whatever it would drop or log as an error is listed.
 */
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { type Component, type DeviceMessage, type Options, readDeviceMessage } from './ha-discovery.ts';
import { render } from './ha-template.ts';

/** One entity. */
export interface Entity {
  component: Component;
  /** Undefined until its topic was heard. `on`, `off`, a number, a time, `unknown`. */
  state: string | undefined;
  available: boolean;
  /** What an event entity heard. */
  events: Options[];
  image: Buffer | undefined;
}

interface Heard {
  payload: Buffer;
  retained: boolean;
}

export class HomeAssistant implements AsyncDisposable {
  /** By discovery topic. */
  readonly devices = new Map<string, DeviceMessage>();
  /** What it would log as an error. */
  readonly complaints: string[] = [];
  readonly #client: MqttClient;
  readonly #prefix: string;
  /** By topic, the last of it. */
  readonly #heard = new Map<string, Heard>();
  /** By topic of an event entity. */
  readonly #events = new Map<string, Options[]>();
  readonly #listening = new Set<string>();
  /** How many discovery messages came. */
  found = 0;

  private constructor(client: MqttClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
    client.on('connect', () =>
      client.subscribe([`${prefix}/device/+/config`, ...this.#listening], { qos: 1 }),
    );
    client.on('message', (topic, payload, { retain }) => this.#hear(topic, payload, retain));
  }

  /** Joins the broker as it does after a start: listens first, then says that it is there. */
  static async start(
    url: string,
    { prefix = 'homeassistant', ...options }: IClientOptions & { prefix?: string } = {},
  ): Promise<HomeAssistant> {
    const client = connect(url, { reconnectPeriod: 100, ...options });
    const assistant = new HomeAssistant(client, prefix);
    await assistant.birth();
    return assistant;
  }

  async birth(): Promise<void> {
    await this.#client.publishAsync(`${this.#prefix}/status`, 'online', { qos: 1 });
  }

  /** Presses a button, or switches a switch. */
  async order(uniqueId: string, payload: string): Promise<void> {
    const { component } = this.entity(uniqueId);
    await this.#client.publishAsync(String(component.command_topic), payload, { qos: 1 });
  }

  get entities(): Entity[] {
    return this.#components.map((component) => this.#entity(component));
  }

  get #components(): Component[] {
    return [...this.devices.values()].flatMap(({ components, shared }) =>
      Object.values(components).map((component) => ({ ...shared, ...component })),
    );
  }

  /** By the end of its `unique_id`. */
  entity(ending: string): Entity {
    const found = this.#components.filter(({ unique_id }) => unique_id.endsWith(ending));
    const [component] = found;
    if (!component || found.length > 1) throw new Error(`${found.length} entities end in ${ending}`);
    return this.#entity(component);
  }

  #hear(topic: string, payload: Buffer, retained: boolean): void {
    if (topic.endsWith('/config')) {
      this.#find(topic, payload.toString());
      return;
    }
    this.#heard.set(topic, { payload, retained });
    for (const component of this.#components.filter(({ state_topic }) => state_topic === topic)) {
      try {
        if (component.platform === 'event') this.#event(component, payload, retained);
        else this.#state(component);
      } catch (error) {
        this.complaints.push(String(error));
      }
    }
  }

  #find(topic: string, payload: string): void {
    this.found++;
    try {
      if (payload === '') this.devices.delete(topic);
      else this.devices.set(topic, readDeviceMessage(topic, payload));
    } catch (error) {
      this.complaints.push(String(error));
    }
    const topics = this.#components.flatMap(topicsOf);
    const news = topics.filter((each) => !this.#listening.has(each));
    for (const each of news) this.#listening.add(each);
    if (news.length > 0) this.#client.subscribe(news, { qos: 1 });
  }

  /** What was kept is no event: `event.py` ignores it. */
  #event({ event_types, state_topic, value_template }: Component, payload: Buffer, retained: boolean): void {
    const topic = String(state_topic);
    if (retained) throw new Error(`${topic}: an event was kept`);
    const text = render(value_template as string | undefined, payload.toString());
    const said = JSON.parse(text) as Options;
    if (!(event_types as string[]).includes(String(said.event_type)))
      throw new Error(`${topic}: ${said.event_type} is not one of its events`);
    this.#events.set(topic, [...(this.#events.get(topic) ?? []), said]);
  }

  #entity(component: Component): Entity {
    const image = this.#heard.get(String(component.image_topic))?.payload;
    return {
      ...{ component, available: this.#isAvailable(component), state: this.#state(component) },
      ...{ events: this.#events.get(String(component.state_topic)) ?? [], image },
    };
  }

  #isAvailable({ availability, availability_topic }: Component): boolean {
    const conditions = (availability as Options[] | undefined) ?? [{ topic: availability_topic }];
    return conditions.every(
      ({ topic, payload_available = 'online' }) =>
        this.#heard.get(String(topic))?.payload.toString() === payload_available,
    );
  }

  #state(component: Component): string | undefined {
    const { platform, value_template, unique_id } = component;
    const heard = this.#heard.get(String(component.state_topic));
    if (!heard || platform === 'event') return undefined;
    const text = render(value_template as string | undefined, heard.payload.toString());
    if (text === 'None') return 'unknown';
    if (platform === 'sensor') return sensorState(component, text);
    const {
      payload_on = 'ON',
      payload_off = 'OFF',
      state_on = payload_on,
      state_off = payload_off,
    } = component;
    if (text === state_on) return 'on';
    if (text === state_off) return 'off';
    throw new Error(`${unique_id}: "${text}" is neither on nor off`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.endAsync(true);
  }
}

function sensorState({ device_class, state_class, unique_id }: Component, text: string): string {
  if (state_class !== undefined && !/^-?\d+(\.\d+)?$/.test(text))
    throw new Error(`${unique_id}: "${text}" is no number`);
  if (device_class === 'timestamp' && !/[+Z]/.test(text))
    throw new Error(`${unique_id}: "${text}" has no time zone`);
  return text;
}

/** All that it hears for one entity. */
export function topicsOf({
  state_topic,
  image_topic,
  availability,
  availability_topic,
}: Component): string[] {
  const conditions = ((availability ?? []) as Options[]).map(({ topic }) => topic);
  return [state_topic, image_topic, availability_topic, ...conditions].filter(
    (topic) => typeof topic === 'string',
  );
}
