/** What a flow is told of storage, and what the badge shows of it. */
import { type DoorstepEvent, type EventPhase, PHASES } from '../../protocol/event.ts';
import { eventBoolean } from './event-boolean.ts';
import { type EventMessage, eventMessage, type MessageOptions, type PlainPayload } from './message.ts';
import { clockTime } from './texts.ts';

/** The news in few words. Times are epoch ms; what is not known is absent. */
export interface StorageNews {
  phase: EventPhase<'storage'>;
  /** Slug of the camera, of a gap. */
  camera?: string;
  /** Why the NAS is away, or the footage missing. */
  reason?: string;
  /** The stretch without footage, or since when the NAS is away. */
  from?: number;
  to?: number;
  /** Length of the footage that waits for the NAS. */
  waitingMinutes?: number;
  /** How long there is room for more. */
  hoursLeft?: number;
}

export type StorageMessage = Omit<EventMessage, 'payload'> & { payload: StorageNews | string | boolean };
export type StorageMessageOptions = MessageOptions & { payload: PlainPayload };

/** As other events, with the news as object; as boolean, whether something is wrong. */
export function storageMessage(event: DoorstepEvent, options: StorageMessageOptions): StorageMessage {
  const message = eventMessage(event, options);
  const payloads = { event: newsOf(event), text: message.text, boolean: eventBoolean(event) };
  return { ...message, payload: payloads[options.payload] };
}

function newsOf({ phase, camera, storage = {} }: DoorstepEvent): StorageNews {
  const { reason, from, to, bufferedMs, hoursLeft } = storage;
  return {
    phase: phase as StorageNews['phase'],
    ...(camera && { camera: camera.slug }),
    ...(reason !== undefined && { reason }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(bufferedMs !== undefined && { waitingMinutes: Math.round(bufferedMs / 60_000) }),
    ...(hoursLeft !== undefined && { hoursLeft }),
  };
}

/** The phases that the editor stored; what is none is left out. */
export function readPhases(stored: unknown): EventPhase<'storage'>[] {
  return Array.isArray(stored) ? PHASES.storage.filter((phase) => stored.includes(phase)) : [];
}

/** Remembers that the NAS is away, which matters more than what happens meanwhile. */
export class StorageBadge {
  #away = false;

  /** Key and time of the new badge; undefined where the one before stays. */
  take({ phase, at, storage }: DoorstepEvent): { key: string; time: string } | undefined {
    if (phase === 'nas-missing') this.#away = true;
    else if (phase === 'nas-back') this.#away = false;
    else if (this.#away) return undefined;
    return { key: `status.storage-${phase}`, time: clockTime(storage?.from ?? at) };
  }
}
