/** How long the index of recordings takes with a million segments: 10 cameras that recorded without a pause for eleven days and a half. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecordingIndex } from '../plugin/recordings/index/recording-index.ts';
import { recordingBase } from '../plugin/recordings/layout.ts';
import { SEGMENT_MS } from '../plugin/recordings/recording.ts';
import { systemClock } from '../plugin/system/clock.ts';
import type { Closing } from '../plugin/system/closing.ts';
import type { Group, RowSpec } from './report.ts';
import { summarize } from './statistics.ts';

const SEGMENTS = 1_000_000;
const CAMERAS = 10;
/** Of a file of five minutes. */
const SEGMENTS_PER_FILE = 30;
const FILE_MS = SEGMENTS_PER_FILE * SEGMENT_MS;
const FILES_PER_CAMERA = Math.ceil(SEGMENTS / CAMERAS / SEGMENTS_PER_FILE);
const HOUR_MS = 3_600_000;
const FIRST = Date.UTC(2026, 10, 1);
const LOOKS = 50;
const OPENINGS = 5;

const ROWS: readonly RowSpec[] = [
  {
    name: 'index-hour-p95',
    what: `footage of one hour of one camera (${HOUR_MS / SEGMENT_MS} segments) in an index of ${SEGMENTS.toLocaleString('en')} segments, 95th percentile`,
    unit: 'ms',
    target: 5,
  },
  {
    name: 'index-day-p95',
    what: 'the timeline of a day of one camera in it (8,640 segments), 95th percentile',
    unit: 'ms',
    target: 20,
  },
  {
    name: 'index-open',
    what: 'opening it, with its totals, when the hub starts; the slowest',
    unit: 'ms',
    target: 1000,
  },
];

export const storageIndex: Group<Closing> = {
  rows: ROWS,
  async measure(closing) {
    const folder = await mkdtemp(join(tmpdir(), 'doorstep-bench-index-'));
    closing.use({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) });
    const path = join(folder, 'recordings.sqlite');
    fill(path);
    const opening = summarize(
      Array.from({ length: OPENINGS }, () => timed(() => open(path)[Symbol.dispose]())),
    );
    using index = open(path);
    const look = (ms: number) => {
      const samples = Array.from({ length: LOOKS }, (_, n) => {
        const from = FIRST + Math.floor(Math.random() * (FILES_PER_CAMERA * FILE_MS - ms));
        return timed(() => {
          const spans = index.spans(`camera-${n % CAMERAS}`, from, from + ms);
          if (spans.length !== 1) throw new Error(`The footage is in ${spans.length} parts.`);
        });
      });
      const { p95, count } = summarize(samples);
      return { value: p95, samples: count };
    };
    return {
      'index-hour-p95': look(HOUR_MS),
      'index-day-p95': look(24 * HOUR_MS),
      'index-open': { value: opening.max, samples: opening.count },
    };
  },
};

function open(path: string) {
  const index = openRecordingIndex({
    path,
    clock: systemClock,
    log: { debug() {}, info() {}, warn: console.error, error: console.error },
  });
  index.totals();
  return index;
}

function timed(work: () => void): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

/** As a rebuild from the target does it. */
function fill(path: string): void {
  using index = open(path);
  for (let file = 0; file < FILES_PER_CAMERA; file++)
    for (let camera = 0; camera < CAMERAS; camera++) {
      const startedAt = FIRST + file * FILE_MS;
      const id = `F${camera}x${file}`;
      const slug = `camera-${camera}`;
      index.restore(
        {
          ...{ id, camera: { id: `id-${camera}`, name: slug, slug }, kind: 'continuous', eventIds: [] },
          ...{ startedAt, endedAt: startedAt + FILE_MS, bytes: SEGMENTS_PER_FILE * 5_000_000 + 3000 },
          ...{ state: 'stored', base: recordingBase(slug, 'continuous', id, startedAt), spooled: false },
          sha256: 'ab'.repeat(32),
          wrap: {
            head: { bytes: 2000, sha256: 'cd'.repeat(32) },
            tail: { bytes: 1000, sha256: 'ef'.repeat(32) },
          },
        },
        Array.from({ length: SEGMENTS_PER_FILE }, (_, n) => ({
          ...{ n, startedAt: startedAt + n * SEGMENT_MS, endedAt: startedAt + (n + 1) * SEGMENT_MS },
          ...{ bytes: 5_000_000, sha256: 'ab'.repeat(32), tier: 'disk' },
        })),
      );
    }
}
