/** What a file has before and after its fragments. */
import { u64 } from '../../camera/mp4-build.ts';
import { mfra, type Reference, type SyncPoint, sidx } from './file-index.ts';
import type { FragmentFacts, Pictures } from './fragment-facts.ts';
import type { RecordingInit } from './recording-init.ts';

/** Start (`ftyp`, `moov` with the length, `sidx`) and end (`mfra`) of a file with these fragments; the first begins with a keyframe. */
export function wrapOf(
  init: RecordingInit,
  fragments: readonly FragmentFacts[],
): { head: Buffer; tail: Buffer } {
  const { id, timescale } = init.video;
  const start = Buffer.from(init.data);
  u64(Math.round((endOf(fragments) / timescale) * init.movieTimescale)).copy(start, init.durationOffset);
  const firstShown = fragments.find(({ pictures }) => pictures)?.pictures?.shownFrom ?? 0;
  const head = Buffer.concat([start, sidx(id, timescale, Math.max(0, firstShown), referencesOf(fragments))]);
  return { head, tail: mfra(id, syncPointsOf(fragments, head.length)) };
}

function endOf(fragments: readonly FragmentFacts[]): number {
  return fragments.reduce((end, { pictures }) => Math.max(end, pictures?.to ?? 0), 0);
}

/** One for each fragment; one that holds sound alone belongs to the one before it. */
function referencesOf(fragments: readonly FragmentFacts[]): Reference[] {
  const found: { bytes: number; pictures: Pictures }[] = [];
  for (const { bytes, pictures } of fragments) {
    const last = found.at(-1);
    if (pictures) found.push({ bytes, pictures });
    else if (last) last.bytes += bytes;
  }
  return found.map(({ bytes, pictures }, index) => {
    const end = found[index + 1]?.pictures.shownFrom ?? pictures.shownTo;
    return {
      bytes,
      duration: Math.max(0, end - pictures.shownFrom),
      sync: pictures.syncTime !== undefined,
    };
  });
}

function syncPointsOf(fragments: readonly FragmentFacts[], start: number): SyncPoint[] {
  let offset = start;
  return fragments.flatMap(({ bytes, pictures }) => {
    offset += bytes;
    return pictures?.syncTime === undefined ? [] : [{ time: pictures.syncTime, offset: offset - bytes }];
  });
}
