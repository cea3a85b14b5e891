/** The message that a node sends for an event. */
import { type DoorstepEvent, eventTopic } from '../../protocol/event.ts';
import { eventBoolean } from './event-boolean.ts';
import type { MissingPicture, Picture, PictureFacts } from './event-picture.ts';
import { clockTime, type Texts } from './texts.ts';

/** What every event can be. */
export const PLAIN_PAYLOADS = ['event', 'text', 'boolean'] as const;
export type PlainPayload = (typeof PLAIN_PAYLOADS)[number];
export const PAYLOADS = [...PLAIN_PAYLOADS, 'picture'] as const;
export type PayloadKind = (typeof PAYLOADS)[number];

/** The hub's event with the time, in epoch ms, at which this Node-RED had it. */
export type ReceivedEvent = DoorstepEvent & { receivedAt: number };

export interface EventMessage {
  /** `front-door/doorbell/ring`: no ids, the same for every event of its sort. */
  topic: string;
  /** The event, its text, what it is as true or false, or its picture; `null` where that is not there. */
  payload: ReceivedEvent | string | boolean | Buffer | null;
  /** Always the event; later nodes change `payload`, not this. */
  event: ReceivedEvent;
  /** Name of the camera. */
  title: string;
  /** One short sentence for a notification or a loudspeaker, in the language of Node-RED. */
  text: string;
  /** Of the picture, where one was wanted: what it is, or why it is not there. */
  media?: PictureFacts | MissingPicture;
}

export interface MessageOptions {
  payload: PayloadKind;
  receivedAt: number;
  texts: Texts;
}

/** Shapes the message. Its event is a copy: what a flow changes in it, no other node sees; nor does what it changes in the payload change the event. */
export function eventMessage(
  event: DoorstepEvent,
  { payload, receivedAt, texts }: MessageOptions,
): EventMessage {
  const received = { ...structuredClone(event), receivedAt };
  const text = eventText(event, texts);
  const payloads = { text, boolean: eventBoolean(event), picture: null };
  return {
    topic: eventTopic(event),
    payload: payload === 'event' ? structuredClone(received) : payloads[payload],
    event: received,
    title: event.camera?.name ?? 'Doorstep',
    text,
  };
}

/** The same message with its picture as payload, or with the reason why there is none. */
export function withPicture(message: EventMessage, picture: Picture | MissingPicture): EventMessage {
  return 'buffer' in picture
    ? { ...message, payload: picture.buffer, media: picture.facts }
    : { ...message, payload: null, media: picture };
}

/** `Somebody rang at 14:03` */
function eventText(event: DoorstepEvent, texts: Texts): string {
  return texts(`message.${subjectOf(event)}`, { time: clockTime(event.storage?.from ?? event.at) });
}

function subjectOf({ kind, phase, label, package: parcel }: DoorstepEvent): string {
  if (kind === 'motion') return `${label ?? 'motion'}-${phase === 'end' ? 'end' : 'start'}`;
  if (kind === 'package' && phase === 'removed' && parcel?.verdict && parcel.verdict !== 'unknown')
    return `package-${parcel.verdict}`;
  if (kind === 'package' && phase === 'corrected' && parcel?.verdict === 'collected')
    return 'package-explained';
  return `${kind}-${phase}`;
}

/** What the editor stored; anything else is the default. */
export function readPayload(stored: unknown): PayloadKind {
  return PAYLOADS.find((kind) => kind === stored) ?? 'event';
}

/** The same where there are no pictures. */
export function readPlainPayload(stored: unknown): PlainPayload {
  return PLAIN_PAYLOADS.find((kind) => kind === stored) ?? 'event';
}
