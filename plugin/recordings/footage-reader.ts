/** Looks recordings up, and opens them wherever they lie now. */
import type { ClipInfo, TimelineReply } from '../../protocol/api.ts';
import { clipInfo } from './clip-info.ts';
import type { ClipQuery, MediaFile } from './contract.ts';
import { footageFile } from './footage-file.ts';
import type { TargetLink } from './forward/target-link.ts';
import type { RecordingIndex } from './index/contract.ts';
import type { Recording, Segment } from './recording.ts';
import type { Spool } from './spool/contract.ts';

interface Stretch {
  camera: string;
  from: number;
  to: number;
}

/** More files than a day of one camera has. */
const MOST = 100_000;

export class FootageReader {
  readonly #index: RecordingIndex;
  readonly #spool: Spool;
  readonly #link: TargetLink;

  constructor({ index, spool, link }: { index: RecordingIndex; spool: Spool; link: TargetLink }) {
    this.#index = index;
    this.#spool = spool;
    this.#link = link;
  }

  list(query: ClipQuery): ClipInfo[] {
    return this.#index.list({ ...query, kind: 'clips' }).flatMap((recording) => clipInfo(recording) ?? []);
  }

  get(id: string): ClipInfo | undefined {
    return clipInfo(this.#index.get(id));
  }

  clip(id: string): MediaFile | undefined {
    return this.get(id) && this.open(id);
  }

  snapshot(id: string): MediaFile | undefined {
    const snapshot = this.#index.getSnapshot(id);
    if (!snapshot || snapshot.state === 'deleting') return undefined;
    const { bytes, at, base, sha256 } = snapshot;
    const facts = { bytes, etag: sha256.slice(0, 32), modifiedAt: at };
    return footageFile({
      ...facts,
      spooled: () => this.#spool.openSnapshot(id),
      stored: () => this.#link.media(`${base}.jpg`, { ...facts, sha256 }),
    });
  }

  timeline({ camera, from, to }: Stretch): TimelineReply {
    const gaps = this.#index.gaps({ camera, from, to });
    return {
      spans: this.#index.spans(camera, from, to),
      gaps: gaps.map((gap) => ({ ...gap, from: Math.max(from, gap.from), to: Math.min(to, gap.to) })),
    };
  }

  recordings({ camera, from, to }: Stretch): Recording[] {
    const states = ['closed', 'forwarding', 'stored'] as const;
    return this.#index.list({ camera, from, to, states, order: 'oldest', limit: MOST });
  }

  segments(recordingId: string): Segment[] {
    return this.#index.segments(recordingId);
  }

  open(recordingId: string): MediaFile | undefined {
    const recording = this.#index.get(recordingId);
    if (!recording || recording.state === 'open' || recording.state === 'deleting') return undefined;
    const { id, bytes, endedAt, base } = recording;
    const facts = { bytes, etag: `${id}-${bytes.toString(36)}`, modifiedAt: endedAt };
    return footageFile({
      ...facts,
      spooled: () => {
        const now = this.#index.get(id);
        return now?.spooled ? this.#spool.open(now) : undefined;
      },
      stored: () => this.#link.media(`${base}.mp4`, { ...facts, sha256: '' }),
    });
  }
}
