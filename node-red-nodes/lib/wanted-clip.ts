/** Which clip a message is about. */
import { finite, isRecord, textIn } from './read-message.ts';

/** A clip by its id, or the one that an event is in. */
export type WantedClip = ({ clip: string } | { event: string }) & {
  /** When it was opened, epoch ms, as far as the message tells. */
  at?: number;
};

/** Longer than any id. */
const LONGEST_ID = 64;

/**
 * Reads an id, a clip as the recordings node sends it, or an event. An event without a clip of its own is looked up. Undefined where it
 * is none of them.
 */
export function wantedClip(value: unknown): WantedClip | undefined {
  if (typeof value === 'string') return idOf(value);
  if (!isRecord(value)) return undefined;
  if (!('phase' in value)) return idOf(textIn(value, 'id'));
  const at = finite(value.receivedAt) ?? finite(value.at);
  const when = at === undefined ? {} : { at };
  const media = isRecord(value.media) ? value.media : {};
  const clip = isRecord(media.clip) ? idOf(textIn(media.clip, 'id')) : undefined;
  if (clip) return { ...clip, ...when };
  const event = idOf(textIn(value, 'id'));
  return event && { event: event.clip, ...when };
}

/** Undefined where nothing of the kind is in the message: `msg.clip`, else `msg.event`. */
export function clipOfMessage({ clip, event }: Record<string, unknown>): WantedClip | undefined {
  return wantedClip(clip) ?? wantedClip(event);
}

function idOf(text: string | undefined): { clip: string } | undefined {
  const id = text?.trim();
  return id && id.length <= LONGEST_ID ? { clip: id } : undefined;
}
