import { randomUUID } from 'node:crypto';
import type { TargetKind } from '../../../protocol/api.ts';
import type { Clock } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import type { MediaFile } from '../contract.ts';
import type { KnownTarget, RecordingIndex } from '../index/contract.ts';
import { type Target, TargetError, type TargetFacts, type TargetSession } from '../keeper/contract.ts';
import { type TargetFile, targetMedia } from '../keeper/target-media.ts';

export interface TargetLinkOptions {
  target: Pick<Target, 'open' | 'setUp'>;
  index: RecordingIndex;
  /** As the settings have it. */
  place: { kind: TargetKind; where: string };
  clock: Clock;
  log: Log;
}

/**
 * Sessions with the place that the index knows, and no other. A place that the settings name for the first time is set up where nobody can be mistaken (it is
 * mounted, or on another machine); else the owner says so. The index then tells of the new place alone: what lies at the former one stays there
 * untouched, and is found again when the settings name it once more.
 */
export class TargetLink {
  readonly #options: TargetLinkOptions;

  constructor(options: TargetLinkOptions) {
    this.#options = options;
  }

  /** The place of the settings, once it was set up. */
  get known(): KnownTarget | undefined {
    const { index, place } = this.#options;
    const known = index.target();
    return known?.kind === place.kind && known.where === place.where ? known : undefined;
  }

  /** Rejects with a `TargetError`. */
  async open(signal: AbortSignal): Promise<TargetSession> {
    const { target } = this.#options;
    const known = this.known ?? this.#take(await target.setUp({ id: randomUUID(), sure: false }, signal));
    return target.open(known, signal);
  }

  /** A file there, for reading alone; where the place was not set up, reading rejects with a `ProblemError` (`recording-away`). */
  media(path: string, file: TargetFile): MediaFile {
    const { target } = this.#options;
    const { known } = this;
    const nowhere = { id: '', fileSystem: '', mounted: false };
    const refuse = () => Promise.reject(new TargetError('missing', 'The target was not set up yet.'));
    return targetMedia(known ? target : { open: refuse }, known ?? nowhere, path, file);
  }

  /** The owner says that the place is right. Rejects with a `TargetError`. */
  async setUp(signal: AbortSignal): Promise<void> {
    this.#take(await this.#options.target.setUp({ id: randomUUID(), sure: true }, signal));
  }

  /** All that lies there is in the index now. */
  stockTaken(): void {
    const { known } = this;
    if (!known) return;
    const { takingStock: _, ...rest } = known;
    this.#options.index.setTarget(rest);
  }

  #take({ id, fileSystem, mounted }: TargetFacts): KnownTarget {
    const { index, place, clock, log } = this.#options;
    const before = index.target();
    const same = before?.id === id;
    const known: KnownTarget = {
      ...{ id, fileSystem, mounted, ...place },
      since: same ? before.since : clock.now(),
      ...((!same || before.takingStock) && { takingStock: true }),
    };
    if (!same) index.leaveTarget();
    index.setTarget(known);
    if (before && !same)
      log.info(`Recordings go to ${place.where} from now on; those in ${before.where} stay there.`);
    return known;
  }
}

/** One session, ended whatever happens. Rejects with a `TargetError` when the place cannot be proven. */
export async function withSession<T>(
  link: TargetLink,
  signal: AbortSignal,
  work: (session: TargetSession) => Promise<T>,
): Promise<T> {
  const session = await link.open(signal);
  try {
    return await work(session);
  } finally {
    try {
      await session[Symbol.asyncDispose]();
    } catch {
      // A target that went away has no session to end.
    }
  }
}
