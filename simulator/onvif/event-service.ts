/** Event service with pull points (ONVIF Core Specification, section 9; ver10/events/wsdl/event.wsdl). */
import { escapeXml, findNumber, findText } from '../../plugin/system/xml.ts';
import { DIALECTS, SEEN_KINDS, type SeenKind, type TopicDialect } from './brands.ts';
import { deviceTime, type SimulatedDevice } from './device.ts';
import { PATHS } from './device-service.ts';
import { SoapFault, type SoapRequest } from './soap.ts';

export interface Message {
  /** With prefixes. */
  topic: string;
  source: readonly (readonly [string, string])[];
  data: readonly (readonly [string, string])[];
  operation: 'Initialized' | 'Changed' | 'Deleted';
}

export interface EventService extends Disposable {
  readonly operations: Readonly<
    Record<string, (request: SoapRequest, path: string) => string | Promise<string>>
  >;
  /** How many subscriptions live now. */
  readonly subscriptions: number;
  /** Tells all subscribers in the brand's words; false where the brand has no word for it. */
  see(kind: SeenKind, active: boolean): boolean;
  send(message: Message): void;
  /** Forgets all subscriptions without a word, as after a restart. */
  drop(): void;
}

interface Subscription {
  id: string;
  queue: string[];
  endsAt: number;
  wake: () => void;
}

const DEFAULT_LEASE_S = 60;
const QUEUE_LIMIT = 1000;

export function createEventService(device: SimulatedDevice, options: { renews: boolean }): EventService {
  const { clock } = device;
  const dialect = DIALECTS[device.brand];
  const subscriptions = new Map<string, Subscription>();
  const states = new Map<SeenKind, boolean>();
  let made = 0;

  const find = ({ header }: SoapRequest, path: string): Subscription => {
    const id =
      dialect.subscriptionIn === 'parameter'
        ? findText(header, 'SubscriptionId')
        : path.slice(path.lastIndexOf('/') + 1);
    const found = subscriptions.get(id ?? '');
    if (!found || found.endsAt <= clock.now()) {
      subscriptions.delete(id ?? '');
      throw new SoapFault('wsrf-rw:ResourceUnknownFault', 'There is no such subscription.');
    }
    return found;
  };

  const times = (endsAt: number, prefix: 'tev' | 'wsnt') => {
    const iso = (at: number) => new Date(at + device.skewMs).toISOString();
    return (
      `<${prefix}:CurrentTime>${iso(clock.now())}</${prefix}:CurrentTime>` +
      `<${prefix}:TerminationTime>${iso(endsAt)}</${prefix}:TerminationTime>`
    );
  };

  const push = (subscription: Subscription, message: Message) => {
    if (subscription.queue.length < QUEUE_LIMIT)
      subscription.queue.push(messageXml(message, deviceTime(device)));
    subscription.wake();
  };

  const tellStates = (subscription: Subscription) => {
    for (const kind of SEEN_KINDS) {
      const topic = dialect.topics[kind];
      if (topic) push(subscription, messageOf(topic, states.get(kind) ?? false, 'Initialized'));
    }
  };

  const waitFor = (subscription: Subscription, seconds: number) =>
    new Promise<void>((resolve) => {
      const done = () => {
        cancel();
        subscription.wake = () => {};
        resolve();
      };
      const cancel = clock.after(seconds * 1000, done);
      subscription.wake = done;
    });

  return {
    get subscriptions() {
      return subscriptions.size;
    },
    operations: {
      CreatePullPointSubscription: ({ operation }) => {
        made += 1;
        const endsAt = clock.now() + leaseMs(findText(operation, 'InitialTerminationTime'));
        const subscription: Subscription = { id: String(made), queue: [], endsAt, wake: () => {} };
        subscriptions.set(subscription.id, subscription);
        tellStates(subscription);
        const inParameter = dialect.subscriptionIn === 'parameter';
        const address = `${device.origin}${PATHS.subscription}${inParameter ? '' : `/${subscription.id}`}`;
        return (
          `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa:Address>${address}</wsa:Address>` +
          (inParameter
            ? `<wsa:ReferenceParameters><dom0:SubscriptionId xmlns:dom0="http://www.axis.com/2009/event">${subscription.id}</dom0:SubscriptionId></wsa:ReferenceParameters>`
            : '') +
          `</tev:SubscriptionReference>${times(endsAt, 'wsnt')}</tev:CreatePullPointSubscriptionResponse>`
        );
      },
      PullMessages: async (request, path) => {
        const subscription = find(request, path);
        const seconds = durationS(findText(request.operation, 'Timeout')) ?? 1;
        if (subscription.queue.length === 0) await waitFor(subscription, seconds);
        const limit = findNumber(request.operation, 'MessageLimit') ?? 1;
        const messages = subscription.queue.splice(0, limit);
        return `<tev:PullMessagesResponse>${times(subscription.endsAt, 'tev')}${messages.join('')}</tev:PullMessagesResponse>`;
      },
      SetSynchronizationPoint: (request, path) => {
        tellStates(find(request, path));
        return '<tev:SetSynchronizationPointResponse/>';
      },
      Renew: (request, path) => {
        if (!options.renews) throw new SoapFault('ter:ActionNotSupported', 'Renew is not supported.');
        const subscription = find(request, path);
        subscription.endsAt = clock.now() + leaseMs(findText(request.operation, 'TerminationTime'));
        return `<wsnt:RenewResponse>${times(subscription.endsAt, 'wsnt')}</wsnt:RenewResponse>`;
      },
      Unsubscribe: (request, path) => {
        const subscription = find(request, path);
        subscriptions.delete(subscription.id);
        subscription.wake();
        return '<wsnt:UnsubscribeResponse/>';
      },
    },
    see(kind, active) {
      const topic = dialect.topics[kind];
      if (!topic) return false;
      states.set(kind, active);
      this.send(messageOf(topic, active, 'Changed'));
      return true;
    },
    send(message) {
      for (const subscription of subscriptions.values()) push(subscription, message);
    },
    drop() {
      const all = [...subscriptions.values()];
      subscriptions.clear();
      for (const { wake } of all) wake();
    },
    [Symbol.dispose]() {
      this.drop();
    },
  };
}

function messageOf(topic: TopicDialect, active: boolean, operation: Message['operation']): Message {
  return { ...topic, data: [[topic.item, topic.values[active ? 0 : 1]]], operation };
}

function messageXml({ topic, source, data, operation }: Message, at: number): string {
  const items = (list: Message['data']) =>
    list
      .map(([name, value]) => `<tt:SimpleItem Name="${escapeXml(name)}" Value="${escapeXml(value)}"/>`)
      .join('');
  return (
    '<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">' +
    `${escapeXml(topic)}</wsnt:Topic><wsnt:Message><tt:Message UtcTime="${new Date(at).toISOString()}" PropertyOperation="${operation}">` +
    `<tt:Source>${items(source)}</tt:Source><tt:Data>${items(data)}</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`
  );
}

function leaseMs(text: string | undefined): number {
  return (durationS(text) ?? DEFAULT_LEASE_S) * 1000;
}

/** An `xs:duration` of hours, minutes and seconds, in seconds. */
function durationS(text: string | undefined): number | undefined {
  const parts = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(text ?? '');
  if (!parts) return undefined;
  const [, hours = 0, minutes = 0, seconds = 0] = parts;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
