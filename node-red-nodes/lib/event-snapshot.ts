/** Which stored picture a message is about. */
import { finite, isRecord, textIn } from './read-message.ts';

export interface StoredPicture {
  id: string;
  /** The moment that it shows, epoch ms; the camera as the message names it. */
  at: number;
  camera: string;
  /** Until then it may still be made, epoch ms. */
  mayComeUntil: number;
}

/** A picture is there a moment after its event. */
const MAKING_MS = 5000;
/** What is older has its picture or never will. */
const JUST_NOW_MS = 60_000;
const LONGEST_ID = 64;

/** The picture of `msg.event`, else of `msg.clip`; undefined where neither has one. */
export function storedPicture(
  { event, clip }: Record<string, unknown>,
  now: number,
): StoredPicture | undefined {
  if (isRecord(event)) {
    const { snapshot } = isRecord(event.media) ? event.media : {};
    const found = isRecord(snapshot) && picture(textIn(snapshot, 'id'), event, event.at);
    const heard = finite(event.receivedAt) ?? finite(event.at) ?? 0;
    if (found) return { ...found, mayComeUntil: Math.abs(now - heard) < JUST_NOW_MS ? now + MAKING_MS : now };
  }
  const found = isRecord(clip) && picture(textIn(clip, 'snapshotId'), clip, clip.startedAt);
  return found ? { ...found, mayComeUntil: now } : undefined;
}

function picture(id: string | undefined, { camera }: Record<string, unknown>, at: unknown) {
  if (!id || id.length > LONGEST_ID) return undefined;
  const slug = isRecord(camera) ? textIn(camera, 'slug') : undefined;
  return { id, at: finite(at) ?? 0, camera: slug ?? '' };
}
