/** What is really there of a recording, told from its files alone. */
import { open, readdir, readFile } from 'node:fs/promises';
import type { FragmentFacts } from '../mp4/fragment-facts.ts';
import { scanFragments } from '../mp4/fragment-scan.ts';
import { type RecordingInit, readRecordingInit } from '../mp4/recording-init.ts';
import type { Sealed, Segment, SpoolTier } from '../recording.ts';
import { seal } from './durable.ts';
import { unlessMissing } from './missing.ts';
import { type SpoolPlaces, segmentNumber } from './places.ts';

export interface FoundSegment {
  n: number;
  tier: SpoolTier;
  /** Size and hash of its whole fragments. */
  sealed: Sealed;
  /** Whether anything follows them. */
  torn: boolean;
  /** None: nothing of it can be used. */
  fragments: readonly FragmentFacts[];
}

/** The start of the stream; undefined when it is missing, or is none. Rejects with the error of the disk. */
export async function readInit(places: SpoolPlaces, id: string): Promise<RecordingInit | undefined> {
  const data = await unlessMissing(readFile(places.part(id, 'init.mp4')));
  try {
    return data && readRecordingInit(data);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * Its segments by number. One that is in memory and on the disk as well counts where `rows` have it, else on the disk. Rejects with the error of the disk: what
 * cannot be read is not gone.
 */
export async function listSegments(
  places: SpoolPlaces,
  id: string,
  rows: readonly Segment[],
): Promise<Pick<Segment, 'n' | 'tier'>[]> {
  const found = new Map<number, SpoolTier>();
  const tiers: readonly SpoolTier[] = places.rolling === undefined ? ['disk'] : ['rolling', 'disk'];
  for (const tier of tiers) {
    const names = (await unlessMissing(readdir(places.of(id, tier)))) ?? [];
    for (const n of names.map(segmentNumber)) {
      const known = rows.find((row) => row.n === n)?.tier;
      if (n !== undefined && !(found.has(n) && known === 'rolling')) found.set(n, tier);
    }
  }
  return [...found].map(([n, tier]) => ({ n, tier })).sort((a, b) => a.n - b.n);
}

/**
 * Looks at one segment.
 *
 * @param trusted what was durable with this size and hash: while its size is still that, only the headers in it are read; else all of it, which is some
 *   megabytes
 */
export async function scanSegment(
  path: string,
  { n, tier }: Pick<Segment, 'n' | 'tier'>,
  init: RecordingInit,
  trusted: Sealed | undefined,
): Promise<FoundSegment> {
  if (trusted) {
    const fragments = await scanHeaders(path, trusted.bytes, init);
    const { bytes, sha256 } = trusted;
    if (fragments && sumOf(fragments) === bytes)
      return { n, tier, fragments, sealed: { bytes, sha256 }, torn: false };
  }
  const data = await readFile(path);
  const fragments = await scanFragments((at, length) => data.subarray(at, at + length), data.length, init);
  const bytes = sumOf(fragments);
  return { n, tier, fragments, sealed: seal(data.subarray(0, bytes)), torn: bytes < data.length };
}

/** Undefined when the file has another size. */
async function scanHeaders(
  path: string,
  size: number,
  init: RecordingInit,
): Promise<FragmentFacts[] | undefined> {
  const handle = await open(path, 'r');
  try {
    if ((await handle.stat()).size !== size) return undefined;
    const readAt = async (at: number, length: number) => {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, at);
      return buffer.subarray(0, bytesRead);
    };
    return await scanFragments(readAt, size, init);
  } finally {
    await handle.close();
  }
}

function sumOf(fragments: readonly FragmentFacts[]): number {
  return fragments.reduce((sum, { bytes }) => sum + bytes, 0);
}
