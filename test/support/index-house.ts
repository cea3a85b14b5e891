/** An index of recordings in a folder of its own, and rows in each state. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordingIndex } from '../../plugin/recordings/index/contract.ts';
import { openRecordingIndex } from '../../plugin/recordings/index/recording-index.ts';
import { recordingBase } from '../../plugin/recordings/layout.ts';
import type { RecordingKind, Segment } from '../../plugin/recordings/recording.ts';
import { ManualClock } from './manual-clock.ts';

export const DOOR = { id: 'c1', name: 'Front door', slug: 'front-door' };
export const HASH = 'ab'.repeat(32);
export const HEAD = { bytes: 100, sha256: '01'.repeat(32) };
export const TAIL = { bytes: 10, sha256: '02'.repeat(32) };
export const DAY = Date.UTC(2026, 10, 22, 12);

interface Made {
  kind?: RecordingKind;
  at?: number;
  camera?: typeof DOOR;
  segments?: number;
}

/** Ten seconds and 1000 bytes. */
export function segment(n: number, startedAt: number, facts: Partial<Segment> = {}): Segment {
  return {
    ...{ n, startedAt, endedAt: startedAt + 10_000, bytes: 1000, sha256: HASH, tier: 'disk' },
    ...facts,
  };
}

export function baseOf(id: string, kind: RecordingKind, at: number, camera = DOOR): string {
  return recordingBase(camera.slug, kind, id, at);
}

export class IndexHouse implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'index-'));
  readonly path = join(this.folder, 'recordings.sqlite');
  /** What stands in the log. */
  readonly said: string[] = [];
  readonly clock = new ManualClock();
  readonly options;
  index: RecordingIndex;

  constructor() {
    const say = (message: string) => void this.said.push(message);
    const log = { debug: say, info: say, warn: say, error: say };
    this.options = { path: this.path, clock: this.clock, log };
    this.index = openRecordingIndex(this.options);
  }

  /** As a restart does. `between` runs while nobody has the file. */
  reopen(between: () => void = () => {}): void {
    this.index[Symbol.dispose]();
    between();
    this.index = openRecordingIndex(this.options);
  }

  open(id: string, { kind = 'doorbell', at = DAY, camera = DOOR }: Made = {}): void {
    this.index.open({ id, camera, kind, at, startedAt: at, eventIds: [id] }, baseOf(id, kind, at, camera));
  }

  close(id: string, made: Made = {}): void {
    const { at = DAY, segments = 2 } = made;
    this.open(id, made);
    for (let n = 0; n < segments; n++) this.index.addSegment(id, segment(n, at + n * 10_000));
    this.index.close(id, { wrap: { head: HEAD, tail: TAIL }, eventIds: [id] });
  }

  store(id: string, made: Made = {}): void {
    this.close(id, made);
    this.index.forwarding(id);
    this.index.stored(id, { bytes: this.index.get(id)?.bytes ?? 0, sha256: HASH });
  }

  [Symbol.dispose](): void {
    this.index[Symbol.dispose]();
    rmSync(this.folder, { recursive: true });
  }
}
