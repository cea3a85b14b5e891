/** A planned range as a file that is nowhere: made while it is read, of the bytes of the recordings, from any place on. */
import { createHash } from 'node:crypto';
import { type Box, childBox, childBoxes } from '../../camera/mp4-boxes.ts';
import { ByteQueue } from '../../system/byte-queue.ts';
import type { MediaFile } from '../contract.ts';
import { mfra, type Reference, sidx } from '../mp4/file-index.ts';
import type { FootageFragment } from './footage-index.ts';
import { patchMoof } from './patch-moof.ts';
import { footageDamaged } from './problems.ts';
import type { RangePart, RangePlan } from './range-plan.ts';

/** A piece of the file whose bytes follow each other. */
interface Stretch {
  bytes: number;
  read(from: number, to: number, signal: AbortSignal): AsyncIterable<Buffer> | Iterable<Buffer>;
}

/**
 * The file of a plan: a new head with an index, then each fragment with its times moved, its pictures untouched. The size is known before
 * anything of it is read, and no more than about one fragment is in memory.
 */
export function rangeFile(plan: RangePlan): MediaFile {
  const stretches: Stretch[] = [];
  const head = makeHead(plan);
  stretches.push(inMemory(head));
  let fragmentsBefore = 0;
  for (const part of plan.parts) {
    stretches.push(ofPart(part, fragmentsBefore));
    fragmentsBefore += part.fragments.length;
  }
  stretches.push(inMemory(makeTail(plan, head.length)));
  const bytes = stretches.reduce((sum, stretch) => sum + stretch.bytes, 0);
  return {
    bytes,
    etag: etagOf(plan),
    modifiedAt: plan.parts.at(-1)?.recording.endedAt ?? 0,
    async *read(from, to, signal) {
      let start = 0;
      for (const stretch of stretches) {
        const [begin, end] = [Math.max(from, start) - start, Math.min(to, start + stretch.bytes) - start];
        if (begin < end && !signal.aborted) yield* stretch.read(begin, end, signal);
        start += stretch.bytes;
      }
    },
  };
}

function inMemory(data: Buffer): Stretch {
  return { bytes: data.length, read: (from, to) => [data.subarray(from, to)] };
}

function ofPart(part: RangePart, fragmentsBefore: number): Stretch {
  const { footage, fragments } = part;
  const starts: number[] = [];
  let bytes = 0;
  for (const fragment of fragments) {
    starts.push(bytes);
    bytes += fragment.bytes;
  }
  const shifts = shiftsOf(part);
  const base = fragments[0]?.offset ?? 0;
  return {
    bytes,
    async *read(from, to, signal) {
      const first = starts.findLastIndex((start) => start <= from);
      const after = starts.findIndex((start) => start >= to);
      const wanted = fragments.slice(first, after < 0 ? undefined : after);
      const end = after < 0 ? bytes : (starts[after] ?? bytes);
      const source = footage.file.read(base + (starts[first] ?? 0), base + end, signal);
      // Whoever asks for the middle of a fragment still needs its begin read, to know what is what in it.
      let at = starts[first] ?? 0;
      for await (const chunk of patched(
        source,
        wanted,
        fragmentsBefore + first,
        shifts,
        footage.id,
        signal,
      )) {
        const [skip, stop] = [Math.max(0, from - at), Math.max(0, Math.min(chunk.length, to - at))];
        at += chunk.length;
        if (skip < stop) yield chunk.subarray(skip, stop);
        if (at >= to) return;
      }
    },
  };
}

/** The fragments of a source, in pieces of any size, each `moof` with its new number and times. */
async function* patched(
  source: AsyncIterable<Buffer>,
  fragments: readonly { bytes: number }[],
  before: number,
  shifts: ReadonlyMap<number, number>,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const queue = new ByteQueue();
  const chunks = source[Symbol.asyncIterator]();
  /** False when the source has ended before that many bytes were there. */
  const arrived = async (bytes: number) => {
    while (queue.length < bytes) {
      const next = await chunks.next();
      if (next.done) return false;
      queue.push(next.value);
    }
    return true;
  };
  try {
    for (const [index, { bytes }] of fragments.entries()) {
      for (let left = bytes; left > 0; ) {
        if (!(await arrived(8))) return endEarly(id, signal);
        const header = queue.peek(0, 8);
        const size = header.readUInt32BE(0);
        if (size < 8 || size > left) throw footageDamaged(id, 'a fragment of it is not whole');
        left -= size;
        if (header.toString('latin1', 4, 8) === 'moof') {
          if (!(await arrived(size))) return endEarly(id, signal);
          yield patchMoof(queue.take(size), before + index + 1, shifts);
        } else {
          for (let rest = size; rest > 0; ) {
            if (!(await arrived(1))) return endEarly(id, signal);
            const chunk = queue.take(Math.min(rest, queue.length));
            rest -= chunk.length;
            yield chunk;
          }
        }
      }
    }
  } finally {
    await chunks.return?.();
  }
}

function endEarly(id: string, signal: AbortSignal): void {
  if (!signal.aborted) throw footageDamaged(id, 'it is shorter than it should be');
}

function shiftsOf({ index, shift }: RangePart): Map<number, number> {
  return new Map(index.tracks.map(({ id, timescale }) => [id, Math.round(shift * timescale)]));
}

/** When each fragment of the range is shown, in ticks, and how long until the next. */
function timesOf({ parts }: RangePlan) {
  const times = parts.flatMap((part) => {
    const shift = Math.round(part.shift * part.index.video.timescale);
    return part.fragments.map((fragment) => ({ ...fragment, time: fragment.time + shift }));
  });
  return times.map((each, index) => {
    const next = times[index + 1];
    return next ? { ...each, duration: Math.max(0, next.time - each.time) } : each;
  });
}

function makeHead(plan: RangePlan): Buffer {
  const { head, video } = plan.parts[0].index;
  const fragments = timesOf(plan);
  const index = sidx(video.id, video.timescale, fragments[0]?.time ?? 0, inGroups(fragments));
  return Buffer.concat([withDuration(head, plan.duration), index]);
}

/** An index has room for so many. */
const MOST_REFERENCES = 0xffff;

/** Of more fragments than an index can hold, neighbours share an entry. */
function inGroups(fragments: readonly FootageFragment[]): Reference[] {
  const size = Math.ceil(fragments.length / MOST_REFERENCES);
  const groups: Reference[] = [];
  for (let at = 0; at < fragments.length; at += size) {
    const group = fragments.slice(at, at + size);
    groups.push({
      bytes: group.reduce((sum, { bytes }) => sum + bytes, 0),
      duration: group.reduce((sum, { duration }) => sum + duration, 0),
      sync: group[0]?.keyframe ?? false,
    });
  }
  return groups;
}

function makeTail(plan: RangePlan, headBytes: number): Buffer {
  let offset = headBytes;
  const points = timesOf(plan).flatMap(({ time, bytes, keyframe }) => {
    offset += bytes;
    return keyframe ? [{ time, offset: offset - bytes }] : [];
  });
  return mfra(plan.parts[0].index.video.id, points);
}

/** The same head, whose `mehd` tells another length, in seconds. */
function withDuration(head: Buffer, seconds: number): Buffer {
  const patched = Buffer.from(head);
  const moov = childBoxes(patched, 0, patched.length).find(({ type }) => type === 'moov');
  const inside = (type: string, parent: Box | undefined) => parent && childBox(patched, parent, type);
  const mvhd = inside('mvhd', moov);
  const mehd = inside('mehd', inside('mvex', moov));
  if (!mvhd || !mehd) return patched;
  const ticks = Math.round(seconds * patched.readUInt32BE(mvhd.body + (patched[mvhd.body] === 1 ? 20 : 12)));
  if (patched[mehd.body] === 1) patched.writeBigUInt64BE(BigInt(ticks), mehd.body + 4);
  else patched.writeUInt32BE(Math.min(ticks, 0xffffffff), mehd.body + 4);
  return patched;
}

function etagOf({ parts }: RangePlan): string {
  const hash = createHash('sha256');
  // Where a recording lies may change; its bytes never do.
  for (const { recording, fragments } of parts)
    hash.update(`${recording.id} ${fragments[0]?.offset} ${fragments.length}\n`);
  return hash.digest('hex').slice(0, 32);
}
