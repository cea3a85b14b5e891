/** The picture of an event, which is made while the event is already under way. */
import type { DoorstepEvent } from '../../protocol/event.ts';
import { fetchMedia, type HubLogin } from './hub-request.ts';
import { jpegSize } from './jpeg-size.ts';
import { pauseBeforeLook } from './look-again.ts';
import type { MediaFacts } from './media-facts.ts';

/** What `msg.media` says beside a picture. */
export interface PictureFacts extends MediaFacts {
  ready: true;
  source: 'event';
  id: string;
}

/**
 * Why there is no picture: the event has none, it was not made in time, the token lacks the scope `media`, too many events wait for theirs, or
 * the hub did not give it.
 */
export const MISSING = ['none', 'not-ready', 'not-permitted', 'too-many', 'failed'] as const;

/** What `msg.media` says in place of a picture. */
export interface MissingPicture {
  ready: false;
  why: (typeof MISSING)[number];
  /** At which the hub may have it later. */
  id?: string;
}

export interface Picture {
  buffer: Buffer;
  facts: PictureFacts;
}

/** A picture at the hub, there or being made. */
export interface PictureRef {
  id: string;
  /** Epoch ms. */
  takenAt: number;
}

export interface PictureRequest {
  login: HubLogin;
  /** Undefined where the event has none. */
  picture: PictureRef | undefined;
  /** Until then it may still be made, epoch ms; it is asked for once in any case. */
  until: number;
  /** Gives it up. */
  signal: AbortSignal;
}

/** In bytes: far more than a JPEG of a 4K camera has. */
export const LARGEST_PICTURE = 16 * 1024 * 1024;
/** For one picture that is there; on a LAN it takes some ms. */
const FETCH_MS = 3000;

/** Where the hub has the picture of an event. */
export function storedPicturePath(id: string): string {
  return `/snapshots/${encodeURIComponent(id)}.jpg`;
}

/** The picture that an event names. */
export function pictureRef({ at, media }: DoorstepEvent): PictureRef | undefined {
  return media?.snapshot && { id: media.snapshot.id, takenAt: at };
}

/** Asks the hub until the picture is there or time is up; never rejects. */
export async function fetchPicture({
  login,
  picture,
  until,
  signal,
}: PictureRequest): Promise<Picture | MissingPicture> {
  if (!picture) return { ready: false, why: 'none' };
  const { id } = picture;
  const missing = (why: MissingPicture['why']): MissingPicture => ({ ready: false, why, id });
  const limits = { signal, maxBytes: LARGEST_PICTURE, timeoutMs: FETCH_MS };
  for (let looks = 1; ; looks += 1) {
    const reply = await fetchMedia(login, storedPicturePath(id), limits);
    if (signal.aborted) return missing('too-many');
    if (reply.ok) return pictureOf(reply.media, picture);
    const { code } = reply.fault;
    if (code === 'not-permitted' || code === 'bad-token') return missing('not-permitted');
    const notYet = code === 'nothing-there' || code === 'not-now';
    if (Date.now() >= until || !notYet) return missing(notYet ? 'not-ready' : 'failed');
    await pauseBeforeLook(looks, until, signal);
  }
}

function pictureOf(
  { bytes, contentType }: { bytes: Buffer; contentType: string },
  { id, takenAt }: PictureRef,
): Picture {
  return {
    buffer: bytes,
    facts: {
      ...{ ready: true, contentType, bytes: bytes.length, ...jpegSize(bytes) },
      ...{ takenAt, ageMs: Math.max(0, Date.now() - takenAt), source: 'event', id },
    },
  };
}
