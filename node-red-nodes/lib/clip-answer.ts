/** What the clip node makes of a clip that is complete. */
import type { ClipInfo } from '../../protocol/api.ts';
import type { Asking } from './ask-node.ts';
import { clipPath, type NoPath } from './clip-path.ts';
import type { ServerNode } from './event-node.ts';
import { type HubMedia, hubUrl } from './hub-request.ts';
import type { MediaFacts } from './media-facts.ts';
import { NodeError } from './node-error.ts';
import { SharedWork } from './shared-work.ts';
import type { Texts } from './texts.ts';

export const CLIP_OUTPUTS = ['path', 'url', 'buffer'] as const;
export type ClipOutput = (typeof CLIP_OUTPUTS)[number];

/** For the whole of a clip; a NAS that sleeps takes its time to wake up. */
const FETCH_MS = 120_000;

const fetches = new WeakMap<ServerNode, SharedWork<string, HubMedia>>();

/** The clip as payload, with what is known of it; `why` there is no path to it, where one is wanted. */
export async function clipPayload(
  clip: ClipInfo,
  { output, maxBytes, hub, asking, texts }: ClipPayloadOptions,
): Promise<{ payload: string | Buffer } | { why: NoPath }> {
  switch (output) {
    case 'path': {
      const found = await clipPath(clip, hub.recordingsFolder);
      return 'path' in found ? { payload: found.path } : found;
    }
    case 'url':
      return { payload: hubUrl(hub.deployed.address, mediaPath(clip)) ?? '' };
    case 'buffer':
      if (clip.bytes > maxBytes) throw new NodeError('ETOOBIG', texts('fault.too-big'));
      return { payload: (await fetchOnce(hub, clip, { asking, maxBytes })).bytes };
  }
}

export interface ClipPayloadOptions {
  output: ClipOutput;
  /** Of a Buffer. */
  maxBytes: number;
  hub: ServerNode;
  asking: Asking;
  texts: Texts;
}

/** Two who want the same clip have the same bytes. */
function fetchOnce(
  hub: ServerNode,
  clip: ClipInfo,
  { asking, maxBytes }: { asking: Asking; maxBytes: number },
): Promise<HubMedia> {
  const shared = fetches.get(hub) ?? new SharedWork<string, HubMedia>();
  fetches.set(hub, shared);
  // The length is known and within bounds: a larger answer is not this clip.
  const limits = { maxBytes: Math.min(clip.bytes, maxBytes), timeoutMs: FETCH_MS };
  return shared.run(clip.id, asking.signal, (signal) => asking.fetch(mediaPath(clip), { ...limits, signal }));
}

const mediaPath = ({ id }: ClipInfo) => `/clips/${encodeURIComponent(id)}.mp4`;

/** What `msg.media` says of it. */
export function clipFacts({ id, bytes, startedAt }: ClipInfo, now: number): MediaFacts {
  return {
    ...{ contentType: 'video/mp4', bytes, takenAt: startedAt, ageMs: Math.max(0, now - startedAt) },
    ...{ source: 'clip', id },
  };
}
