/** The message that a node sends for an event. */
import { type DoorstepEvent, eventTopic } from '../../protocol/event.ts';
import { clockTime, type Texts } from './texts.ts';

export const PAYLOADS = ['event', 'text', 'boolean'] as const;
export type PayloadKind = (typeof PAYLOADS)[number];

/** The hub's event with the time, in epoch ms, at which this Node-RED had it. */
export type ReceivedEvent = DoorstepEvent & { receivedAt: number };

export interface EventMessage {
  /** `front-door/doorbell/ring`: no ids, the same for every event of its sort. */
  topic: string;
  /** The event, its text, or whether it is beginning (true) or over (false). */
  payload: ReceivedEvent | string | boolean;
  /** Always the event; later nodes change `payload`, not this. */
  event: ReceivedEvent;
  /** Name of the camera. */
  title: string;
  /** One short sentence for a notification or a loudspeaker, in the language of Node-RED. */
  text: string;
}

export interface MessageOptions {
  payload: PayloadKind;
  receivedAt: number;
  texts: Texts;
}

/** Shapes the message. Its event is a copy: what a flow changes in it, no other node sees. */
export function eventMessage(
  event: DoorstepEvent,
  { payload, receivedAt, texts }: MessageOptions,
): EventMessage {
  const received = { ...structuredClone(event), receivedAt };
  const text = eventText(event, texts);
  const payloads = { event: received, text, boolean: event.phase !== 'end' };
  return {
    topic: eventTopic(event),
    payload: payloads[payload],
    event: received,
    title: event.camera?.name ?? 'Doorstep',
    text,
  };
}

/** `Somebody rang at 14:03` */
function eventText({ kind, phase, label, at, storage }: DoorstepEvent, texts: Texts): string {
  const subject =
    kind === 'motion' ? `${label ?? 'motion'}-${phase === 'end' ? 'end' : 'start'}` : `${kind}-${phase}`;
  return texts(`message.${subject}`, { time: clockTime(storage?.from ?? at) });
}

/** What the editor stored; anything else is the default. */
export function readPayload(stored: unknown): PayloadKind {
  return PAYLOADS.find((kind) => kind === stored) ?? 'event';
}
