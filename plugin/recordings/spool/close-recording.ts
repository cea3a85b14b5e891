import type { DoorstepEvent } from '../../../protocol/event.ts';
import { wrapOf } from '../mp4/file-wrap.ts';
import type { FragmentFacts } from '../mp4/fragment-facts.ts';
import type { RecordingInit } from '../mp4/recording-init.ts';
import type { Recording, Sealed } from '../recording.ts';
import { sidecarOf, sidecarText } from '../sidecar.ts';
import { replaceDurable, seal, writeDurable } from './durable.ts';
import type { SpoolContext } from './spool-context.ts';

export interface Closing {
  init: RecordingInit;
  /** All of its segments, in order. */
  fragments: readonly FragmentFacts[];
  eventIds: readonly string[];
  event?: DoorstepEvent;
}

/** Gives a recording whose segments are all in the index its head, tail and sidecar, and then its row the state `closed`. May be tried again. */
export async function closeRecording(
  { places, index }: SpoolContext,
  id: string,
  { init, fragments, eventIds, event }: Closing,
): Promise<Recording> {
  const { head, tail } = wrapOf(init, fragments);
  const wrap = { head: seal(head), tail: seal(tail) };
  await writeDurable(places.part(id, 'head.mp4'), head);
  await writeDurable(places.part(id, 'tail.mp4'), tail);
  const row = index.get(id);
  if (!row) throw new Error(`the recording ${id} has left the index`);
  const segments = index.segments(id);
  const snapshotId = eventIds.find((eventId) => index.getSnapshot(eventId));
  const closed: Recording = {
    ...row,
    state: 'closed',
    eventIds: [...eventIds],
    bytes: sumOf([wrap.head, ...segments, wrap.tail]),
    wrap,
    ...(snapshotId && { snapshotId }),
  };
  // Makes the folder durable too.
  await replaceDurable(places.part(id, 'sidecar.json'), sidecarText(sidecarOf(closed, segments, event)));
  index.close(id, { wrap, eventIds });
  return index.get(id) ?? closed;
}

function sumOf(parts: readonly Sealed[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}
