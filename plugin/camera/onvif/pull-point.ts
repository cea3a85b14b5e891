/**
 * One subscription to a camera's events by a pull point (ONVIF Core Specification, section 9.3). It ends when the camera ends it;
 * whoever runs it subscribes anew.
 */
import { randomUUID } from 'node:crypto';
import { type Clock, sleep } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import { reason } from '../../system/problem.ts';
import { escapeXml, findElement, findText, type XmlElement } from '../../system/xml.ts';
import { type Endpoint, type Reach, serviceEndpoint } from './address-policy.ts';
import { type Notification, readNotifications } from './notification.ts';
import { OnvifError } from './onvif-error.ts';
import { NS } from './soap.ts';
import type { SoapClient } from './soap-client.ts';

export interface PullOptions {
  client: SoapClient;
  /** The event service. */
  endpoint: Endpoint;
  reach: Reach;
  /** Subscribed; the camera answers. */
  onListening: () => void;
  onNotification: (notification: Notification) => void;
  /** Between two pulls. */
  afterPull: () => Promise<void>;
  signal: AbortSignal;
}

export interface PullDeps {
  clock: Clock;
  log: Log;
}

const EVENTS = 'http://www.onvif.org/ver10/events/wsdl';
const MANAGER = 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager';
/** How long the camera may hold an empty reply back, in s; less where it keeps subscriptions for a short time only. */
const POLL_S = { longest: 25, shortest: 5 };
const LEASE_S = 120;
/** The reply itself takes time, too. */
const REPLY_MS = 10_000;
const SHORTEST_LEASE_MS = 10_000;
const GOODBYE_MS = 2_000;
/** Cameras that hold nothing back would be asked without end. */
const EMPTY_PAUSE_MS = 1_000;
const PAUSE_MS = 100;

interface Subscription {
  endpoint: Endpoint;
  /** What the camera wants back with every request (WS-Addressing 1.0, section 3.3), as XML. */
  parameters: string;
  to: string;
  /** By the monotonic clock. */
  endsAt: number;
}

/** Runs until the signal aborts, then ends the subscription at the camera; rejects with an `OnvifError` when it is lost. */
export async function runPullPoint(options: PullOptions, { clock, log }: PullDeps): Promise<void> {
  const { client, signal } = options;
  const subscription = await subscribe(options, clock);
  const ask = (body: string, action: string, more: { deadlineMs?: number; signal?: AbortSignal } = {}) =>
    client.call({
      endpoint: subscription.endpoint,
      body,
      action,
      header: addressing(action, subscription.to) + subscription.parameters,
      signal,
      ...more,
    });
  options.onListening();
  const lease = (subscription.endsAt - clock.monotonic()) / 1000;
  const pollS = Math.floor(Math.min(POLL_S.longest, Math.max(POLL_S.shortest, lease / 3)));
  const pollDeadlineMs = pollS * 1000 + REPLY_MS;
  let renews = true;
  try {
    // Not every camera has it, and the pulls go on without.
    await ask(
      `<SetSynchronizationPoint xmlns="${NS.events}"/>`,
      `${EVENTS}/PullPointSubscription/SetSynchronizationPointRequest`,
    ).catch((error: unknown) => log.debug(`Events: no synchronization point: ${reason(error)}`));
    while (!signal.aborted) {
      const askedAt = clock.monotonic();
      const reply = await ask(
        `<PullMessages xmlns="${NS.events}"><Timeout>PT${pollS}S</Timeout><MessageLimit>32</MessageLimit></PullMessages>`,
        `${EVENTS}/PullPointSubscription/PullMessagesRequest`,
        { deadlineMs: pollDeadlineMs },
      );
      const notifications = readNotifications(reply);
      for (const notification of notifications) options.onNotification(notification);
      const endsSoon = subscription.endsAt - clock.monotonic() < pollDeadlineMs + REPLY_MS;
      if (renews && endsSoon) renews = await renew();
      await options.afterPull();
      const least = notifications.length === 0 ? EMPTY_PAUSE_MS : PAUSE_MS;
      await sleep(clock, Math.max(0, least - (clock.monotonic() - askedAt)), signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await ask(`<Unsubscribe xmlns="${NS.notification}"/>`, `${MANAGER}/UnsubscribeRequest`, {
      deadlineMs: GOODBYE_MS,
      signal: new AbortController().signal,
    }).catch((error: unknown) => log.debug(`Events: not unsubscribed: ${reason(error)}`));
  }

  /** False where the camera cannot: its pulls keep the subscription alive, or it ends and is made anew. */
  async function renew(): Promise<boolean> {
    try {
      const reply = await ask(
        `<Renew xmlns="${NS.notification}"><TerminationTime>PT${LEASE_S}S</TerminationTime></Renew>`,
        `${MANAGER}/RenewRequest`,
      );
      subscription.endsAt = clock.monotonic() + leaseMs(reply);
      return true;
    } catch (error) {
      if (!(error instanceof OnvifError) || error.kind !== 'unsupported') throw error;
      log.debug(`Events: the camera renews no subscription: ${reason(error)}`);
      return false;
    }
  }
}

async function subscribe(
  { client, endpoint, reach, signal }: PullOptions,
  clock: Clock,
): Promise<Subscription> {
  const action = `${EVENTS}/EventPortType/CreatePullPointSubscriptionRequest`;
  const to = `http://${endpoint.host}:${endpoint.port}${endpoint.path}`;
  const reply = await client.call({
    endpoint,
    action,
    header: addressing(action, to),
    body:
      `<CreatePullPointSubscription xmlns="${NS.events}">` +
      `<InitialTerminationTime>PT${LEASE_S}S</InitialTerminationTime></CreatePullPointSubscription>`,
    signal,
  });
  const reference = findElement(reply, 'SubscriptionReference');
  const address = findText(reference, 'Address') ?? '';
  const manager = serviceEndpoint(address, reach);
  if (!manager) throw new OnvifError('fault', 'The camera gave no address for its events.');
  const parameters = findElement(reference, 'ReferenceParameters')?.children ?? [];
  return {
    endpoint: manager,
    to: address,
    parameters: parameters
      .slice(0, 8)
      .map((element) => echo(element, ' a:IsReferenceParameter="true"'))
      .join(''),
    endsAt: clock.monotonic() + leaseMs(reply),
  };
}

/** How long the camera keeps the subscription, by its own clock alone; what it was asked for where it says nonsense. */
function leaseMs(reply: XmlElement): number {
  const lease =
    Date.parse(findText(reply, 'TerminationTime') ?? '') - Date.parse(findText(reply, 'CurrentTime') ?? '');
  return lease >= SHORTEST_LEASE_MS ? lease : LEASE_S * 1000;
}

function addressing(action: string, to: string): string {
  return (
    `<a:Action xmlns:a="${NS.addressing}">${action}</a:Action>` +
    `<a:MessageID xmlns:a="${NS.addressing}">urn:uuid:${randomUUID()}</a:MessageID>` +
    `<a:To xmlns:a="${NS.addressing}">${escapeXml(to)}</a:To>`
  );
}

function echo({ name, namespace, attributes, children, text }: XmlElement, mark: string): string {
  const own = Array.from(attributes, ([key, value]) => ` ${key}="${escapeXml(value)}"`).join('');
  const scope = mark === '' ? '' : ` xmlns:a="${NS.addressing}"`;
  const inner = escapeXml(text) + children.map((child) => echo(child, '')).join('');
  return `<${name} xmlns="${escapeXml(namespace)}"${scope}${mark}${own}>${inner}</${name}>`;
}
