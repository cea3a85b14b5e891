/** Where the samples of a track lie (ISO/IEC 14496-12, 8.6 and 8.7). Throws `redaction-not-clean` for tables that do not fit together. */
import { type Box, Fields } from '../../camera/mp4-boxes.ts';
import { notClean } from './problems.ts';

/** Samples that lie side by side. */
export interface Chunk {
  /** In the file. */
  offset: number;
  bytes: number;
  samples: number;
}

export interface Samples {
  sizes: readonly number[];
  /** In the order of the track. */
  chunks: readonly Chunk[];
  /** How long it lasts, in its timescale. */
  ticks: number;
}

/** @param table the boxes of `stbl` */
export function readSamples(moov: Buffer, table: readonly Box[]): Samples {
  const sizes = readSizes(fieldsOf(moov, table, 'stsz'));
  const wide = table.some(({ type }) => type === 'co64');
  const offsets = readList(fieldsOf(moov, table, wide ? 'co64' : 'stco'), (fields) => [
    wide ? fields.u64() : fields.u32(),
  ]);
  const runs = readList(fieldsOf(moov, table, 'stsc'), (fields) => [
    fields.u32(),
    fields.u32(),
    fields.u32(),
  ]);
  const times = readList(fieldsOf(moov, table, 'stts'), (fields) => [fields.u32(), fields.u32()]);
  let next = 0;
  let run = 0;
  const chunks = offsets.map(([offset = 0], index): Chunk => {
    while ((runs[run + 1]?.[0] ?? Number.POSITIVE_INFINITY) <= index + 1) run++;
    const samples = runs[run]?.[1] ?? 0;
    const own = sizes.slice(next, next + samples);
    next += samples;
    return { offset, samples, bytes: own.reduce((sum, size) => sum + size, 0) };
  });
  const timed = times.reduce((sum, [count = 0]) => sum + count, 0);
  if (next !== sizes.length || timed !== sizes.length)
    throw notClean('its lists of pictures do not fit together');
  return { sizes, chunks, ticks: times.reduce((sum, [count = 0, each = 0]) => sum + count * each, 0) };
}

function fieldsOf(moov: Buffer, table: readonly Box[], type: string): Fields {
  const [box, another] = table.filter((each) => each.type === type);
  if (!box || another) throw notClean(`it has not exactly one "${type}"`);
  const fields = new Fields(moov, box);
  fields.skip(4);
  return fields;
}

function readSizes(fields: Fields): number[] {
  const same = fields.u32() ?? 0;
  const count = fields.u32() ?? 0;
  if (same === 0 && 4 * count !== fields.left) throw notClean('its lists of pictures do not fit together');
  return Array.from({ length: Math.min(count, MOST_SAMPLES) }, () => same || (fields.u32() ?? 0));
}

/** Hours. */
const MOST_SAMPLES = 10_000_000;

function readList(fields: Fields, entry: (fields: Fields) => (number | undefined)[]): number[][] {
  const count = fields.u32() ?? 0;
  const list: number[][] = [];
  while (list.length < count && fields.left > 0) list.push(entry(fields).map((value) => value ?? 0));
  if (list.length !== count || fields.left > 0) throw notClean('its lists of pictures do not fit together');
  return list;
}
