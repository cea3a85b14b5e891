/** Looks recordings up, and opens them wherever they lie now. */
import { decodeTime } from 'ulid';
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

export interface FootageReaderOptions {
  index: RecordingIndex;
  spool: Spool;
  link: TargetLink;
  /** Whether the target is a place where others can find a file by its name. */
  namesFile: boolean;
}

/** What an event is in was recorded within a day of it, so that not every row there is has to be read. */
const BEFORE_EVENT_MS = 3_600_000;
const AFTER_EVENT_MS = 24 * 3_600_000;

/** More files than a day of one camera has. */
const MOST = 100_000;

export class FootageReader {
  readonly #index: RecordingIndex;
  readonly #spool: Spool;
  readonly #link: TargetLink;
  readonly #namesFile: boolean;

  constructor({ index, spool, link, namesFile }: FootageReaderOptions) {
    this.#index = index;
    this.#spool = spool;
    this.#link = link;
    this.#namesFile = namesFile;
  }

  list(query: ClipQuery): ClipInfo[] {
    const within = query.eventId === undefined ? query : aroundEvent(query, query.eventId);
    if (!within) return [];
    return this.#index
      .list({ ...within, kind: 'clips' })
      .flatMap((recording) => clipInfo(recording, { namesFile: this.#namesFile }) ?? []);
  }

  get(id: string): ClipInfo | undefined {
    return clipInfo(this.#index.get(id), { namesFile: this.#namesFile });
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

/** Undefined where no event has this id. */
function aroundEvent(query: ClipQuery, eventId: string): ClipQuery | undefined {
  const at = timeOfId(eventId);
  if (at === undefined) return undefined;
  const from = Math.max(query.from ?? 0, at - BEFORE_EVENT_MS);
  return { ...query, from, to: Math.min(query.to ?? Infinity, at + AFTER_EVENT_MS) };
}

function timeOfId(id: string): number | undefined {
  try {
    return decodeTime(id);
  } catch {
    return undefined;
  }
}
